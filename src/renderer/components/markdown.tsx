import { Suspense } from 'react'
import { part } from '../client/part.ts'
import { Skeleton } from './states.tsx'

const MarkdownView = part(async () => (await import('./markdown-view.tsx')).MarkdownView)

/** Markdown of a task or an agent: hostile, so it is sanitised, and its links lead nowhere. Loaded when first shown. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <Suspense fallback={<Skeleton />}>
      <MarkdownView text={text} />
    </Suspense>
  )
}

import { Suspense } from 'react'
import { part } from '../client/part.ts'

const MarkdownView = part(async () => (await import('./markdown-view.tsx')).MarkdownView)

/** Markdown of a task or an agent: hostile, so it is sanitised, and its links lead nowhere. Loaded when first shown. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <Suspense fallback={<pre className="font-sans whitespace-pre-wrap">{text}</pre>}>
      <MarkdownView text={text} />
    </Suspense>
  )
}

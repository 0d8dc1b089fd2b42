import { Suspense } from 'react'
import { part } from '../client/part.ts'
import { hasControls, stripAnsi } from './ansi-clean.ts'

const AnsiView = part(async () => (await import('./ansi-view.tsx')).AnsiView)

/** What a program printed, with its colours. Hostile: it can neither move, hide nor link anything. */
export function AnsiText({ text, className = '' }: { readonly text: string; readonly className?: string }) {
  return (
    <pre className={`font-mono text-xs break-words whitespace-pre-wrap ${className}`}>
      {hasControls(text) ? (
        <Suspense fallback={stripAnsi(text)}>
          <AnsiView text={text} />
        </Suspense>
      ) : (
        text
      )}
    </pre>
  )
}

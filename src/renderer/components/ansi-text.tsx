import { lazy, Suspense } from 'react'
import { hasControls, stripAnsi } from './ansi-clean.ts'

const AnsiView = lazy(async () => import('./ansi-view.tsx').then((module) => ({ default: module.AnsiView })))

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

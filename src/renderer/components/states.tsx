import type { ReactNode } from 'react'
import { toAppError } from '../../contract/errors.ts'
import { Button } from './controls.tsx'

/** Nothing here yet, and what to do about it. */
export function EmptyState({
  title,
  hint,
  children,
}: {
  readonly title: string
  readonly hint?: ReactNode
  readonly children?: ReactNode
}) {
  return (
    <div className="flex h-full min-h-40 flex-col items-center justify-center gap-2 p-6 text-center">
      <p className="font-semibold">{title}</p>
      {hint === undefined ? null : <p className="max-w-prose text-dim">{hint}</p>}
      {children}
    </div>
  )
}

/** What went wrong, why, and how to try again. */
export function ErrorState({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { message, details } = toAppError(error)
  return (
    <div role="alert" className="flex flex-col items-start gap-2 p-4">
      <p>
        <span aria-hidden className="mr-2 font-semibold text-failure">
          !
        </span>
        {message}
      </p>
      {details.hint === undefined ? null : <p className="text-dim">{details.hint}</p>}
      {details.log === undefined ? null : (
        <pre className="max-h-60 max-w-full overflow-auto rounded-md bg-hover p-2 font-mono text-xs">{details.log}</pre>
      )}
      {retry === undefined ? null : <Button onClick={retry}>Try again</Button>}
    </div>
  )
}

/** Rows of the right height while the first answer is awaited. */
export function Skeleton({ rows = 6 }: { readonly rows?: number }) {
  return (
    <div aria-busy aria-label="Loading" className="appear-late flex flex-col gap-px p-1">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-(--row) items-center">
          <div className="h-3 rounded-md bg-hover" style={{ width: `${40 + ((row * 37) % 50)}%` }} />
        </div>
      ))}
    </div>
  )
}

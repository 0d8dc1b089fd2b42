import type { ReactNode } from 'react'
import { Link } from './text.tsx'

/** The head of a screen: where one is, the sentence that answers its question, and what can be done. */
export function PageHead({
  title,
  crumbs = NO_CRUMBS,
  answer,
  actions,
}: {
  readonly title: ReactNode
  readonly crumbs?: readonly { readonly label: string; readonly to: string }[]
  readonly answer?: ReactNode
  readonly actions?: ReactNode
}) {
  return (
    <header className="flex flex-col gap-1 px-(--page) pt-4 pb-3">
      <div className="flex min-h-8 items-center gap-2">
        {crumbs.length === 0 ? null : (
          <nav aria-label="Breadcrumb" className="flex shrink-0 items-center gap-2 text-dim">
            {crumbs.map(({ label, to }) => (
              <span key={to} className="flex items-center gap-2">
                <Link to={to}>{label}</Link>
                <span aria-hidden>/</span>
              </span>
            ))}
          </nav>
        )}
        <h1 className="min-w-0 truncate text-base font-semibold">{title}</h1>
        <div className="ml-auto flex shrink-0 items-center gap-2">{actions}</div>
      </div>
      {answer === undefined ? null : <div className="text-base text-dim">{answer}</div>}
    </header>
  )
}

const NO_CRUMBS = [] as const

/** Facts in two columns: label and value. */
export function Facts({ rows }: { readonly rows: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-dim">{label}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A figure with its label above it and what it counts below. */
export function Figure({
  label,
  value,
  note,
  to,
}: {
  readonly label: string
  readonly value: ReactNode
  readonly note?: ReactNode
  /** The rows that it counts. */
  readonly to?: string
}) {
  return (
    <div className="flex min-w-0 flex-col">
      <span className="text-xs text-dim">{label}</span>
      <span className="text-lg font-semibold tabular">{to === undefined ? value : <Link to={to}>{value}</Link>}</span>
      {note === undefined ? null : <span className="text-xs text-dim tabular">{note}</span>}
    </div>
  )
}

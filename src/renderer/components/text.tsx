import { Check, Copy, type LucideIcon } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { Rate } from '../../contract/api/common.ts'
import { formatPercent, NOT_MEASURED } from '../format/format.ts'
import { toKeyLabels } from '../app/actions.ts'
import { notifyError } from '../stores/notices.ts'
import { copyText } from './copy-text.ts'
import { Tooltip } from './tooltip.tsx'

/** A link within the app. */
export function Link({
  to,
  children,
  className = '',
  title,
  onClick,
}: {
  readonly to: string
  readonly children: ReactNode
  readonly className?: string
  readonly title?: string
  /** What happens beside it, such as closing what the link stands in. */
  readonly onClick?: () => void
}) {
  return (
    <a
      href={`#${to}`}
      title={title}
      onClick={onClick}
      className={`text-inherit decoration-dim underline-offset-2 hover:underline ${className}`}
    >
      {children}
    </a>
  )
}

/** A formatted number; an en dash says on hover that it was not measured. */
export function Value({ children }: { readonly children: string }) {
  return children === NOT_MEASURED ? (
    <span className="text-dim" title="not measured">
      {NOT_MEASURED}
      <span className="sr-only">not measured</span>
    </span>
  ) : (
    <span className="tabular">{children}</span>
  )
}

/** A name cut in its middle where it is too long; whole in the tooltip and when it is copied. */
export function MiddleTruncated({ text, tail = 8 }: { readonly text: string; readonly tail?: number }) {
  const end = text.length > tail * 2 ? text.slice(-tail) : ''
  return (
    <span className="inline-flex max-w-full min-w-0" title={text}>
      <span className="truncate">{end === '' ? text : text.slice(0, -tail)}</span>
      {end === '' ? null : <span className="whitespace-pre">{end}</span>}
    </span>
  )
}

/** `61/89 (68.5 %, 95 % CI 58–77)`: never a share without its denominator. */
export function RateText({
  rate,
  interval = true,
}: {
  readonly rate: Rate
  /** `short`: without the words, where the head of a column says what it is. */
  readonly interval?: boolean | 'short'
}) {
  if (rate.total === 0) return <Value>{NOT_MEASURED}</Value>
  const share = formatPercent(rate.resolved / rate.total)
  const bounds =
    interval !== false && rate.low !== null && rate.high !== null
      ? `, ${interval === 'short' ? '' : '95 % CI '}${Math.round(rate.low * 100)}–${Math.round(rate.high * 100)}`
      : ''
  return (
    <span className="tabular whitespace-nowrap" title={`resolved/N; of ${rate.judged} judged`}>
      {rate.resolved}/{rate.total}{' '}
      <span className="text-dim">
        ({share}
        {bounds})
      </span>
    </span>
  )
}

export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="inline-flex gap-0.5">
      {toKeyLabels(keys).map((label) => (
        <kbd key={label} className="rounded-md border border-line px-1 font-sans text-xs text-dim">
          {label}
        </kbd>
      ))}
    </span>
  )
}

export function CopyButton({
  text,
  label = 'Copy',
  icon: Icon = Copy,
}: {
  readonly text: string | (() => string)
  readonly label?: string
  /** Tells apart what several buttons in a row copy. */
  readonly icon?: LucideIcon
}) {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await copyText(typeof text === 'string' ? text : text())
    setCopied(true)
    setTimeout(() => setCopied(false), 1200)
  }
  return (
    <Tooltip text={copied ? 'Copied' : label}>
      <button
        type="button"
        aria-label={label}
        onClick={() => void copy().catch(notifyError)}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text"
      >
        {copied ? <Check size={14} /> : <Icon size={14} />}
      </button>
    </Tooltip>
  )
}

import type { Blame, Outcome } from '../../contract/outcome.ts'

export type Mark = Outcome | 'running' | 'queued' | 'none'

/** One glyph and one word for how a trial stands; the same on every screen, and told apart without colour. */
export const MARKS: Readonly<Record<Mark, { readonly glyph: string; readonly label: string; readonly color: string }>> =
  {
    success: { glyph: '✓', label: 'success', color: 'text-success' },
    failure: { glyph: '✗', label: 'failure', color: 'text-failure' },
    timeout: { glyph: '◷', label: 'timeout', color: 'text-timeout' },
    error: { glyph: '!', label: 'error', color: 'text-error' },
    aborted: { glyph: '–', label: 'aborted', color: 'text-aborted' },
    running: { glyph: '◐', label: 'running', color: 'text-running' },
    queued: { glyph: '·', label: 'queued', color: 'text-dim' },
    none: { glyph: '○', label: 'no verdict', color: 'text-dim' },
  }

/** CSS variable of a mark's colour, for charts. */
export function markColor(mark: Mark): string {
  if (mark === 'queued' || mark === 'none') return 'var(--text-dim)'
  return `var(--${mark})`
}

export function toMark(trial: { readonly state: string; readonly outcome: Outcome | null }): Mark {
  if (trial.state === 'running') return 'running'
  if (trial.state === 'queued') return 'queued'
  return trial.outcome ?? 'none'
}

export function OutcomeMark({ mark, label = true }: { readonly mark: Mark; readonly label?: boolean }) {
  const { glyph, label: word, color } = MARKS[mark]
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap ${color}`} title={word}>
      <span aria-hidden className="inline-block w-3 text-center font-semibold">
        {glyph}
      </span>
      {label ? <span>{word}</span> : <span className="sr-only">{word}</span>}
    </span>
  )
}

const BLAMES: Readonly<Record<Blame, { readonly glyph: string; readonly color: string; readonly help: string }>> = {
  agent: { glyph: '◆', color: 'text-blame-agent', help: 'charged to the agent' },
  task: { glyph: '▤', color: 'text-blame-task', help: 'the task or its verifier is to blame' },
  infrastructure: {
    glyph: '▲',
    color: 'text-blame-infrastructure',
    help: 'infrastructure trouble: not scored as the agent’s',
  },
  user: { glyph: '●', color: 'text-blame-user', help: 'stopped, or set up wrongly' },
}

/** Who a trial that did not succeed is charged to. */
export function BlameMark({ blame }: { readonly blame: Blame | null }) {
  if (blame === null) return null
  const { glyph, color, help } = BLAMES[blame]
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap ${color}`} title={help}>
      <span aria-hidden className="text-[10px]">
        {glyph}
      </span>
      {blame}
    </span>
  )
}

import type { JobSummary } from '../../contract/api/jobs.ts'
import { toPath } from '../app/router.ts'
import { MARKS, markColor, type Mark } from './outcome.tsx'
import { Link } from './text.tsx'

type Counts = JobSummary['counts']

/** How far a job is, and how its trials ended: one segment for each outcome, what is left last. */
export function ProgressBar({ counts, className = '' }: { readonly counts: Counts; readonly className?: string }) {
  const parts = SEGMENTS.filter((mark) => counts[mark] > 0)
  return (
    <div
      role="img"
      aria-label={describeCounts(counts)}
      title={describeCounts(counts)}
      className={`flex h-2 w-full gap-px overflow-hidden rounded-full bg-hover ${className}`}
    >
      {parts.map((mark) => (
        <span
          key={mark}
          className="h-full min-w-[3px]"
          style={{ flexGrow: counts[mark], flexBasis: 0, background: mark === 'queued' ? undefined : markColor(mark) }}
        />
      ))}
    </div>
  )
}

/** In the order of the segments. */
const SEGMENTS = [
  'success',
  'failure',
  'timeout',
  'error',
  'aborted',
  'none',
  'running',
  'queued',
] as const satisfies readonly (Mark & keyof Counts)[]

/** `61 passed, 20 failed, 3 timeouts, 2 errors, 2 running, 1 waiting`; what did not happen is left out. */
function describeCounts(counts: Counts): string {
  const parts = toTallies(counts).map(({ count, word }) => `${count} ${word}`)
  return parts.length === 0 ? 'no trials' : parts.join(', ')
}

/** The same as glyphs with numbers; each number opens the trials that it counts. */
export function ProgressCounts({ counts, jobName }: { readonly counts: Counts; readonly jobName: string }) {
  return (
    <span className="inline-flex items-center gap-2.5 whitespace-nowrap tabular">
      {toTallies(counts).map(({ mark, count, word, query }) => (
        <Link key={mark} to={toPath({ tab: 'runs', parts: [jobName], query })} title={`${count} ${word}`}>
          <span className={MARKS[mark].color}>
            <span aria-hidden>{MARKS[mark].glyph}</span> {count}
          </span>
          <span className="sr-only"> {word}</span>
        </Link>
      ))}
    </span>
  )
}

interface Tally {
  readonly mark: Mark
  readonly count: number
  readonly word: string
  /** Of the address of the trials that it counts. */
  readonly query: Readonly<Record<string, string>>
}

function toTallies(counts: Counts): readonly Tally[] {
  const all: readonly Tally[] = [
    { mark: 'success', count: counts.success, word: 'passed', query: { outcomes: 'success' } },
    { mark: 'failure', count: counts.failure, word: 'failed', query: { outcomes: 'failure' } },
    {
      mark: 'timeout',
      count: counts.timeout,
      word: several(counts.timeout, 'timeout'),
      query: { outcomes: 'timeout' },
    },
    { mark: 'error', count: counts.error, word: several(counts.error, 'error'), query: { outcomes: 'error' } },
    { mark: 'aborted', count: counts.aborted, word: 'aborted', query: { outcomes: 'aborted' } },
    { mark: 'none', count: counts.none, word: 'without verdict', query: { outcomes: 'none' } },
    { mark: 'running', count: counts.running, word: 'running', query: { states: 'running' } },
    { mark: 'queued', count: counts.queued, word: 'waiting', query: { states: 'queued' } },
  ]
  return all.filter(({ count }) => count > 0)
}

function several(count: number, word: string): string {
  return count === 1 ? word : `${word}s`
}

import { relative } from 'node:path'
import { computeRates, type Rates } from '../core/analysis/rates.ts'
import type { TrialRow } from '../core/job/ports.ts'
import { shortName } from './live/label.ts'
import { showOutcome } from './live/trial-line.ts'
import { formatDuration, formatRate, formatReward, formatTests, UNKNOWN } from './text/format.ts'
import { plainLine } from './text/plain.ts'
import { type Cell, type RecordColumn, renderRecords, type TableOptions } from './text/table.ts'

const COLUMNS: readonly RecordColumn<TrialRow>[] = [
  { title: 'task', flexible: true, cell: (row) => plainLine(shortName(row.taskName)) },
  { title: 'agent', cell: (row) => plainLine(row.agent) },
  { title: 'model', flexible: true, cell: (row) => plainLine(row.model ?? UNKNOWN), onlyIfVaries: (row) => row.model },
  {
    title: 'attempt',
    align: 'right',
    cell: (row) => String(row.attempt ?? UNKNOWN),
    onlyIfVaries: (row) => row.attempt,
  },
  { title: 'outcome', cell: outcomeCell },
  { title: 'reward', align: 'right', cell: (row) => formatReward(row.reward) },
  { title: 'tests', align: 'right', cell: (row) => formatTests(row.testsPassed, row.testsTotal) },
  { title: 'duration', align: 'right', cell: (row) => formatDuration(ranMs(row)) },
  { title: 'blame', flexible: true, cell: blameCell },
]

/** The trials of a job as a table. */
export function renderTrialTable(rows: readonly TrialRow[], options: TableOptions): string[] {
  return renderRecords(COLUMNS, rows, options)
}

function outcomeCell(row: TrialRow): Cell {
  if (row.state !== 'finished') return { text: row.state, colour: 'dim' }
  const { sign, word, colour } = showOutcome(row.outcome)
  return { text: `${sign} ${word}`, colour }
}

function blameCell({ blame, exceptionType, reason }: TrialRow): Cell {
  return [blame ?? '', plainLine(reason ?? exceptionType ?? '')].filter((part) => part !== '').join(': ')
}

/** How long a trial ran, without its time in the queue. */
export function ranMs({ startedAt, finishedAt, durationMs }: TrialRow): number | null {
  if (startedAt === null || finishedAt === null) return durationMs
  return Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt))
}

/**
 * Both rates under their names. Trials of different backends are never counted together: where there are several,
 * each has its own lines.
 */
export function renderRates(rows: readonly TrialRow[]): string[] {
  const byBackend = Map.groupBy(rows, (row) => row.backend)
  const known = [...byBackend].filter(([backend]) => backend !== null)
  if (known.length <= 1) return ratesLines(computeRates(rows), '')
  return [...byBackend].flatMap(([backend, some]) => ratesLines(computeRates(some), ` on ${backend ?? 'no backend'}`))
}

function ratesLines({ resolved, total, judged }: Rates, where: string): string[] {
  return [
    `resolved/N       ${formatRate(resolved, total)}${where}`,
    `resolved/judged  ${formatRate(resolved, judged)}${where}`,
  ]
}

/** How to look at a trial that failed by itself, where there is one; `place`: see placeFlag. */
export function hintsFor(rows: readonly TrialRow[], place: string): string[] {
  const failed = rows.find(({ outcome }) => outcome === 'failure' || outcome === 'timeout' || outcome === 'error')
  if (failed === undefined) return []
  return [
    `Why it failed: tbcc show ${failed.trialName}${place}`,
    `Its output:    tbcc logs ${failed.trialName}${place}`,
  ]
}

/** A path as people type it: relative where it is below the working directory. */
export function displayPath(path: string, cwd: string): string {
  const below = relative(cwd, path)
  return below === '' || below.startsWith('..') ? path : below
}

import type { JobRow } from '../../core/job/ports.ts'
import type { CommonFlags } from '../common-flags.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, styleFor, withEngine } from '../host.ts'
import { jobsDirOf } from '../jobs-place.ts'
import { displayPath } from '../report.ts'
import { formatDuration, formatTime, UNKNOWN } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import type { Style } from '../text/style.ts'
import { type RecordColumn, renderRecords, type TableOptions } from '../text/table.ts'

/** `tbcc jobs`. */
export async function listJobs(flags: CommonFlags, host: Host): Promise<number> {
  const jobsDir = jobsDirOf(flags, host)
  const jobs = [...(await withEngine(host, { jobsDir }, async (engine) => engine.listJobs()))].sort(newestFirst)
  if (flags.json === true) host.stdout.write(`${JSON.stringify(jobs, null, 2)}\n`)
  else if (jobs.length === 0) printLines(host.stdout, [`No jobs in ${displayPath(jobsDir, host.cwd)}`])
  else
    printLines(
      host.stdout,
      renderJobs(jobs, { maxWidth: host.stdout.columns(), style: styleFor(host.stdout, host.env) }),
    )
  return EXIT.ok
}

function renderJobs(jobs: readonly JobRow[], options: TableOptions): string[] {
  return renderRecords(COLUMNS, jobs, options)
}

const COLUMNS: readonly RecordColumn<JobRow>[] = [
  { title: 'job', flexible: true, cell: ({ jobName }) => plainLine(jobName) },
  { title: 'started', cell: ({ startedAt }) => formatTime(startedAt) },
  { title: 'state', cell: ({ state }) => ({ text: state, colour: STATE_COLOURS[state] }) },
  { title: 'trials', align: 'right', cell: ({ totalTrials }) => String(totalTrials) },
  { title: 'duration', align: 'right', cell: (job) => formatDuration(durationMs(job)) },
  { title: 'agents', flexible: true, cell: ({ agents }) => plainLine(agents.join(', ')) },
  { title: 'backend', cell: ({ backend }) => backend ?? UNKNOWN },
]

function durationMs({ startedAt, finishedAt }: JobRow): number | null {
  return startedAt === null || finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt)
}

const STATE_COLOURS: Readonly<Record<JobRow['state'], Parameters<Style>[0]>> = {
  running: 'cyan',
  completed: 'green',
  cancelled: 'yellow',
  interrupted: 'yellow',
}

/** Jobs that never started come last; names break ties, so that the order is the same every time. */
function newestFirst(one: JobRow, other: JobRow): number {
  const byTime = (other.startedAt ?? '').localeCompare(one.startedAt ?? '')
  return byTime === 0 ? other.jobName.localeCompare(one.jobName) : byTime
}

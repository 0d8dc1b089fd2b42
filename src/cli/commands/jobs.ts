import type { JobRow } from '../../core/job/ports.ts'
import type { CommonFlags } from '../common-flags.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, styleFor, withEngine } from '../host.ts'
import { jobsDirOf } from '../jobs-place.ts'
import { displayPath } from '../report.ts'
import { formatDuration, formatTime, UNKNOWN } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import type { Style } from '../text/style.ts'
import { type Cell, renderTable } from '../text/table.ts'

/** `tbcc jobs`. */
export async function listJobs(flags: CommonFlags, host: Host): Promise<number> {
  const jobsDir = jobsDirOf(flags, host)
  const jobs = [...(await withEngine(host, { jobsDir }, async (engine) => engine.listJobs()))].sort(newestFirst)
  if (flags.json === true) host.stdout.write(`${JSON.stringify(jobs, null, 2)}\n`)
  else if (jobs.length === 0) printLines(host.stdout, [`No jobs in ${displayPath(jobsDir, host.cwd)}`])
  else printLines(host.stdout, renderJobs(jobs, { maxWidth: host.stdout.columns(), style: styleFor(host.stdout, host.env) }))
  return EXIT.ok
}

export function renderJobs(jobs: readonly JobRow[], options: { readonly maxWidth: number | null; readonly style: Style }): string[] {
  const columns = [
    { title: 'job', flexible: true },
    { title: 'started' },
    { title: 'state' },
    { title: 'trials', align: 'right' as const },
    { title: 'duration', align: 'right' as const },
    { title: 'agents', flexible: true },
    { title: 'backend' },
  ]
  return renderTable(columns, jobs.map(toCells), options)
}

function toCells(job: JobRow): Cell[] {
  return [
    plainLine(job.jobName),
    formatTime(job.startedAt),
    { text: job.state, colour: STATE_COLOURS[job.state] },
    String(job.totalTrials),
    formatDuration(job.startedAt === null || job.finishedAt === null ? null : Date.parse(job.finishedAt) - Date.parse(job.startedAt)),
    plainLine(job.agents.join(', ')),
    job.backend ?? UNKNOWN,
  ]
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

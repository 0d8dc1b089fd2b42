import type { CommonFlags } from '../common-flags.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, withEngine } from '../host.ts'
import { jobsDirOf } from '../jobs-place.ts'
import { displayPath } from '../report.ts'
import { plural } from '../text/format.ts'

/** `tbcc reindex`. */
export async function reindex(flags: CommonFlags, host: Host): Promise<number> {
  const jobsDir = jobsDirOf(flags, host)
  const { jobs, trials, events } = await withEngine(host, { jobsDir }, async (engine) => engine.reindex())
  const counts = [plural(jobs, 'job'), plural(trials, 'trial'), plural(events, 'event')].join(', ')
  printLines(host.stdout, [`The index of ${displayPath(jobsDir, host.cwd)} was rebuilt from its files: ${counts}`])
  return EXIT.ok
}

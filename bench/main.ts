import { cpus } from 'node:os'
import { benchEvents } from './events.ts'
import { benchJobs } from './jobs.ts'
import { benchLogs } from './logs/main.ts'
import { benchOutput } from './output.ts'
import { benchLarge } from './screens/large.ts'
import { benchLatency } from './screens/latency.ts'
import { benchLive } from './screens/live.ts'
import { benchPage } from './screens/page.ts'
import { formatRows, passes } from './table.ts'
import { benchStore } from './store.ts'
import { benchStart } from './start.ts'
import { benchTrial } from './trial.ts'
import type { BenchRow } from './row.ts'

/*
 * `npm run bench`: what the product costs beside what cannot be spared. Names of groups as arguments run only those.
 * Exit code 1 where a gate fails.
 */

const GROUPS: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  start: benchStart,
  events: benchEvents,
  trial: benchTrial,
  output: benchOutput,
  jobs: benchJobs,
  store: benchStore,
  logs: benchLogs,
  page: benchPage,
  latency: benchLatency,
  live: benchLive,
  large: benchLarge,
}

process.exitCode = await main(process.argv.slice(2))

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !Object.hasOwn(GROUPS, name))
  if (unknown.length > 0) {
    console.error(`no such group: ${unknown.join(', ')}; there are ${Object.keys(GROUPS).join(', ')}`)
    return 2
  }
  const rows: BenchRow[] = []
  for (const [name, bench] of Object.entries(GROUPS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    console.error(`measuring: ${name} …`)
    rows.push(...(await bench()))
  }
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}\n`)
  console.log(formatRows(rows))
  for (const { name, details = [] } of rows) if (details.length > 0) console.log(`\n${name}:\n${details.join('\n')}`)
  const failed = rows.filter((row) => !passes(row))
  console.log(
    failed.length === 0
      ? '\nevery gate holds'
      : `\ngates that do not hold: ${failed.map(({ name }) => name).join('; ')}`,
  )
  return failed.length === 0 ? 0 : 1
}

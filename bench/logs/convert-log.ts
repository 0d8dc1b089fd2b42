import { readFileSync } from 'node:fs'
import { convertLogs } from '../../src/core/trajectory/convert/convert-logs.ts'
import type { TrajectoryConverter } from '../../src/core/trajectory/convert/converter.ts'
import { createStoredTrial } from '../../src/node/fs/stored-trial.ts'

/*
 * `convert-log.ts AGENT FOLDER`: converts the logs of a trial in a process of its own, which loads nothing else; prints the
 * output tokens that it found, and the most memory that was resident at once in kB.
 */

const CONVERTERS: Readonly<Record<string, () => Promise<TrajectoryConverter>>> = {
  'claude-code': async () => (await import('../../src/core/trajectory/convert/claude-code.ts')).convertClaudeCode,
}

const [name = '', folder = ''] = process.argv.slice(2)
const load = CONVERTERS[name]
if (load === undefined) throw new Error(`no converter of ${name} is measured`)
const about = { agent: { name, version: null }, model: null, instruction: 'Do it.' }
const totals = await convertLogs(await load(), createStoredTrial(folder), about)
console.log(`${totals?.usage.outputTokens ?? 'nothing'} ${peakKb()}`)

/** What getrusage says begins with the memory of the process that started this one. */
function peakKb(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
}

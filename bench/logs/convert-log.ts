import { readFileSync } from 'node:fs'
import { convertLogs } from '../../src/core/trajectory/convert/convert-logs.ts'
import type { TrajectoryConverter } from '../../src/core/trajectory/convert/converter.ts'
import { createStoredTrial } from '../../src/node/fs/stored-trial.ts'
import { loadListPrices } from '../../src/node/prices/list-prices.ts'

/*
 * `convert-log.ts AGENT FOLDER`: converts the logs of a trial in a process of its own, which loads nothing else; prints the
 * output tokens that it found, the steps that it wrote, the milliseconds it took, and the most memory that was resident at
 * once in kB.
 */

const CONVERTERS: Readonly<Record<string, () => Promise<TrajectoryConverter>>> = {
  acp: async () => (await import('../../src/core/trajectory/convert/acp.ts')).convertAcp,
  'claude-code': async () => (await import('../../src/core/trajectory/convert/claude-code.ts')).convertClaudeCode,
  codex: async () => (await import('../../src/core/trajectory/convert/codex.ts')).convertCodex,
  'gemini-cli': async () => (await import('../../src/core/trajectory/convert/gemini-cli.ts')).convertGeminiCli,
  goose: async () => (await import('../../src/core/trajectory/convert/goose.ts')).convertGoose,
  opencode: async () => (await import('../../src/core/trajectory/convert/opencode.ts')).convertOpencode,
  pi: async () => (await import('../../src/core/trajectory/convert/pi.ts')).convertPi,
  'qwen-coder': async () => (await import('../../src/core/trajectory/convert/qwen-coder.ts')).convertQwenCoder,
}

const [name = '', folder = ''] = process.argv.slice(2)
const load = CONVERTERS[name]
if (load === undefined) throw new Error(`no converter of ${name} is measured`)
const convert = await load()
const about = { agent: { name, version: null }, model: null, instruction: 'Do it.' }
const trial = createStoredTrial(folder)
let steps = 0
const start = performance.now()
const totals = await convertLogs(countingSteps(convert), trial, about, loadListPrices)
console.log(`${totals?.usage.outputTokens ?? 'nothing'} ${steps} ${performance.now() - start} ${peakKb()}`)

function countingSteps(converter: TrajectoryConverter): TrajectoryConverter {
  return async (context) => {
    const conversion = await converter(context)
    if (conversion === null) return null
    return {
      ...conversion,
      async *steps() {
        for await (const step of conversion.steps()) {
          steps += 1
          yield step
        }
      },
    }
  }
}

/** What getrusage says begins with the memory of the process that started this one. */
function peakKb(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
}

import { createCodexParser } from '../../src/core/agent/logs/codex.ts'
import { createGeminiCliParser } from '../../src/core/agent/logs/gemini-cli.ts'
import { createGooseParser } from '../../src/core/agent/logs/goose.ts'
import { createLineSplitter } from '../../src/core/agent/logs/lines.ts'
import { createOpencodeParser } from '../../src/core/agent/logs/opencode.ts'
import { createQwenCoderParser } from '../../src/core/agent/logs/qwen-coder.ts'
import { alternate } from '../measure.ts'
import type { BenchRow } from '../row.ts'
import { acpRecord } from './acp.ts'
import { claudeCodeSessions, claudeCodeStream } from './claude-code.ts'
import { codexRollout, codexRolloutUncounted, codexStream } from './codex.ts'
import { geminiSession, geminiStream } from './gemini-cli.ts'
import { gooseStream } from './goose.ts'
import { benchConversions } from './memory.ts'
import { opencodeStream } from './opencode.ts'
import { piSession } from './pi.ts'
import { qwenChat, qwenStream } from './qwen-coder.ts'
import { printedBy, type LogShape, type StreamShape } from './shape.ts'

/** To measure what another agent prints: how it looks, and a line here. */
const STREAMS: readonly StreamShape[] = [
  claudeCodeStream,
  printedBy(codexStream, () => createCodexParser({ maxTurns: null })),
  printedBy(geminiStream, () => createGeminiCliParser({ maxTurns: null })),
  printedBy(qwenStream, () => createQwenCoderParser({ maxTurns: null })),
  printedBy(opencodeStream, () => createOpencodeParser({ maxTurns: null })),
  printedBy(gooseStream, () => createGooseParser({ maxTurns: null })),
]

/** To measure another agent's conversion: how its logs look, a line here, and its converter in convert-log.ts. */
const LOGS: readonly LogShape[] = [
  claudeCodeSessions,
  codexRollout,
  codexRolloutUncounted,
  codexStream,
  geminiSession,
  geminiStream,
  qwenChat,
  qwenStream,
  opencodeStream,
  piSession,
  gooseStream,
  acpRecord,
]

const ROUNDS = 5
const BYTES = 100_000_000
const MB = 1e6
/** As a pipe hands it over. */
const CHUNK_BYTES = 64 * 1024

/** Reading what agents print beside JSON.parse of every line, and the memory of converting what they keep. */
export async function benchLogs(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = []
  for (const shape of STREAMS) rows.push(await benchParser(shape))
  return [...rows, ...(await benchConversions(LOGS))]
}

async function benchParser(shape: StreamShape): Promise<BenchRow> {
  const stream = makeStream(shape)
  const { ours, baseline } = await alternate(
    ROUNDS,
    async () => speedOf(stream, () => parseWithParser(shape, stream)),
    async () => speedOf(stream, () => parseBare(stream)),
  )
  return {
    name: `${shape.agent}’s stream of 100 MB to events`,
    baseline: 'JSON.parse of each line',
    baselineValue: baseline,
    ourValue: ours,
    unit: 'MB/s',
    higherIsBetter: true,
    gate: 0.7,
    target: 100,
  }
}

function makeStream(shape: StreamShape): Buffer {
  const stream = Buffer.alloc(BYTES + 1024 * 1024)
  let length = 0
  for (let message = 0; length < BYTES; message += 1) length += stream.write(shape.print(message), length)
  return stream.subarray(0, length)
}

function parseWithParser(shape: StreamShape, stream: Buffer): void {
  const parser = shape.createParser()
  let events = 0
  const splitter = createLineSplitter((line) => {
    events += parser.line(line).length
  })
  for (let at = 0; at < stream.length; at += CHUNK_BYTES) splitter.push(stream.subarray(at, at + CHUNK_BYTES))
  splitter.end()
  events += parser.end().length
  const { stray } = parser.summary.lines
  if (events === 0 || stray > 0)
    throw new Error(`${shape.agent}: ${events} events, ${stray} lines that were none of its`)
}

function parseBare(stream: Buffer): void {
  let from = 0
  for (let to = stream.indexOf(LF); to !== -1; to = stream.indexOf(LF, from)) {
    const value: unknown = JSON.parse(stream.toString('utf8', from, to))
    if (typeof value !== 'object') throw new Error('a line is no object')
    from = to + 1
  }
}

const LF = 0x0a

async function speedOf(stream: Buffer, work: () => void): Promise<number> {
  const start = performance.now()
  work()
  return stream.length / MB / ((performance.now() - start) / 1000)
}

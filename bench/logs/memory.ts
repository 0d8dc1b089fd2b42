import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { promisify } from 'node:util'
import { build } from 'vite'
import { memoryRow } from '../jobs.ts'
import type { BenchRow } from '../row.ts'
import { OUTPUT_TOKENS, type LogPiece, type LogShape } from './shape.ts'

const LOG_BYTES = 1_000_000_000
const MEMORY_LIMIT_MB = 200
/** Files that are written to at one time. */
const MAX_OPEN = 8
const PROGRAM = 'convert-log'

/** A gigabyte of logs becomes a trajectory: the most memory of a process that does nothing else. */
export async function benchConversions(shapes: readonly LogShape[]): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-bench-'))
  try {
    const program = await bundle(join(folder, 'bundled'))
    const rows: BenchRow[] = []
    for (const shape of shapes) rows.push(await benchConversion(shape, program, join(folder, 'trial')))
    return rows
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** As the product is bundled, packages too: what turns TypeScript into JavaScript at run time is not measured along. */
async function bundle(outDir: string): Promise<string> {
  const ssr = join(import.meta.dirname, `${PROGRAM}.ts`)
  await build({
    configFile: false,
    ssr: { noExternal: true },
    logLevel: 'error',
    publicDir: false,
    build: { ssr, outDir, target: 'node24' },
  })
  return join(outDir, `${PROGRAM}.js`)
}

async function benchConversion(shape: LogShape, program: string, folder: string): Promise<BenchRow> {
  const messages = await writeLogs(folder, shape)
  const { stdout } = await promisify(execFile)(process.execPath, [program, shape.agent, folder])
  await rm(folder, { recursive: true })
  const [tokens, steps, elapsedMs, peakKb] = stdout.trim().split(' ').map(Number)
  const expected = [messages * OUTPUT_TOKENS, shape.steps(messages)]
  const name = `${shape.agent}’s ${shape.what}`
  if (tokens !== expected[0] || steps !== expected[1])
    throw new Error(`${name}: found ${tokens} output tokens in ${steps} steps instead of ${expected.join(' in ')}`)
  const row = memoryRow(`memory of converting 1 GB of ${name}`, Number(peakKb) / 1024, MEMORY_LIMIT_MB)
  return { ...row, note: `${Math.round(LOG_BYTES / 1000 / Number(elapsedMs))} MB/s` }
}

/** The number of messages. */
async function writeLogs(folder: string, shape: LogShape): Promise<number> {
  const streams = new Map<string, WriteStream>()
  let bytes = 0
  const streamOf = async (path: string): Promise<WriteStream> => {
    const known = streams.get(path)
    if (known !== undefined) return known
    const [oldest] = streams.size < MAX_OPEN ? [] : streams
    if (oldest !== undefined) await finished(oldest[1].end())
    if (oldest !== undefined) streams.delete(oldest[0])
    const stream = await openStream(join(folder, path))
    streams.set(path, stream)
    return stream
  }
  const write = async (pieces: readonly LogPiece[]): Promise<void> => {
    for (const { path, text } of pieces) {
      bytes += Buffer.byteLength(text)
      const stream = await streamOf(path)
      if (!stream.write(text)) await once(stream, 'drain')
    }
  }
  await write(shape.begin ?? [])
  let messages = 0
  for (; bytes < LOG_BYTES; messages += 1) await write(shape.message(messages))
  await write(shape.end?.(messages) ?? [])
  for (const stream of streams.values()) await finished(stream.end())
  return messages
}

async function openStream(path: string): Promise<WriteStream> {
  await mkdir(dirname(path), { recursive: true })
  return createWriteStream(path, { flags: 'a' })
}

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
import type { LogShape } from './shape.ts'

const SESSION_BYTES = 1_000_000_000
const MEMORY_LIMIT_MB = 200
const OUTPUT_TOKENS_A_MESSAGE = 300
const PROGRAM = 'convert-log'

/** A gigabyte of session files becomes a trajectory: the most memory of a process that does nothing else. */
export async function benchConversion(shape: LogShape): Promise<readonly BenchRow[]> {
  if (shape.session === undefined) return []
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-bench-'))
  try {
    const messages = await writeSessions(folder, shape.session)
    const program = await bundle(join(folder, 'bundled'))
    const { stdout } = await promisify(execFile)(process.execPath, [program, shape.agent, folder])
    const [tokens, peakKb] = stdout.trim().split(' ')
    const expected = messages * OUTPUT_TOKENS_A_MESSAGE
    if (tokens !== String(expected)) throw new Error(`found ${tokens} output tokens instead of ${expected}`)
    const peakMb = Number(peakKb) / 1024
    return [memoryRow(`memory of converting 1 GB of ${shape.agent}’s sessions`, peakMb, MEMORY_LIMIT_MB)]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** As the product is bundled: what turns TypeScript into JavaScript at run time is not measured along. */
async function bundle(outDir: string): Promise<string> {
  const ssr = join(import.meta.dirname, `${PROGRAM}.ts`)
  await build({ configFile: false, logLevel: 'error', publicDir: false, build: { ssr, outDir, target: 'node24' } })
  return join(outDir, `${PROGRAM}.js`)
}

/** The number of messages. */
async function writeSessions(folder: string, session: NonNullable<LogShape['session']>): Promise<number> {
  const streams = new Map<string, WriteStream>()
  let bytes = 0
  let message = 0
  for (; bytes < SESSION_BYTES; message += 1) {
    const { path, lines } = session(message)
    const text = `${lines.join('\n')}\n`
    bytes += Buffer.byteLength(text)
    const stream = streams.get(path) ?? (await openStream(join(folder, path)))
    streams.set(path, stream)
    if (!stream.write(text)) await once(stream, 'drain')
  }
  for (const stream of streams.values()) await finished(stream.end())
  return message
}

async function openStream(path: string): Promise<WriteStream> {
  await mkdir(dirname(path), { recursive: true })
  return createWriteStream(path)
}

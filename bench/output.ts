import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { readTrialEvents } from '../test/support/job-folder.ts'
import { BASE_IMAGE } from '../test/support/tasks.ts'
import { dockerSocket } from '../test/support/machine.ts'
import { openBareEngine } from './bare-engine.ts'
import { runInChild } from './child.ts'
import { memoryRow } from './jobs.ts'
import { alternate, timeMs } from './measure.ts'
import type { BenchRow } from './row.ts'

const ROUNDS = 5
const BYTES = 200_000_000
const MB = 1e6
const MEMORY_LIMIT_MB = 200

/** Prints as fast as it can; no two lines are equal, so that a lost or doubled piece changes the hash. */
const PRINT = `seq -f 'line %.0f of the output that is printed as fast as it goes' 1 10000000 | head -c ${BYTES}`

/** A container that prints 200 MB: every byte in the log, and how fast against `docker exec … > file`. */
export async function benchOutput(): Promise<readonly BenchRow[]> {
  const bare = openBareEngine(dockerSocket)
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-bench-'))
  const id = await bare.start({ Image: BASE_IMAGE, Cmd: ['sh', '-c', 'sleep infinity'], HostConfig: {} })
  const target = join(folder, 'printed')
  let peakMb = 0
  try {
    await execToFile(id, target)
    const expected = await hashOf(target)
    const { ours, baseline } = await alternate(
      ROUNDS,
      async () => {
        const run = await printInTrial(expected)
        peakMb = Math.max(peakMb, run.peakMb)
        return throughput(run.elapsedMs)
      },
      async () => throughput(await timeMs(async () => execToFile(id, target))),
    )
    return [
      {
        name: 'a container prints 200 MB',
        baseline: 'docker exec … > file',
        baselineValue: baseline,
        ourValue: ours,
        unit: 'MB/s',
        higherIsBetter: true,
        gate: 0.8,
        note: 'both log files have the hash of what was printed',
      },
      memoryRow('memory of the engine in it', peakMb, MEMORY_LIMIT_MB),
    ]
  } finally {
    await bare.remove(id)
    bare.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** One trial whose agent prints it all; the time of that command, as the trial's own events have it. */
async function printInTrial(expected: string): Promise<{ elapsedMs: number; peakMb: number }> {
  await using child = await runInChild({ agent: 'command', kwargs: { run: PRINT }, trials: 1, concurrency: 1 })
  const [trial = ''] = child.trialFolders
  for (const file of ['tbcc.output.log', 'agent/command.txt']) {
    const found = await hashOf(join(trial, file))
    if (found !== expected) throw new Error(`${file} is not what was printed: ${found} instead of ${expected}`)
  }
  return { elapsedMs: await agentMs(trial), peakMb: child.peakMb }
}

async function agentMs(trial: string): Promise<number> {
  const events = await readTrialEvents(trial)
  const started = events.find((event) => event.type === 'command.started' && event.purpose === 'agent')
  const id = started?.type === 'command.started' ? started.commandId : null
  const finished = events.find((event) => event.type === 'command.finished' && event.commandId === id)
  if (finished?.type !== 'command.finished' || finished.exitCode !== 0) throw new Error('the agent did not end well')
  return finished.durationMs
}

async function execToFile(id: string, path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    const child = spawn('docker', ['exec', id, 'sh', '-c', PRINT], { stdio: ['ignore', file.fd, 'inherit'] })
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (code !== 0) throw new Error(`docker exec ended with ${code}`)
  } finally {
    await file.close()
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

function throughput(elapsedMs: number): number {
  return BYTES / MB / (elapsedMs / 1000)
}

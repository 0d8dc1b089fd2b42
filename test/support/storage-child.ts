import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClock } from '../../src/node/clock.ts'
import { createOwnerId } from '../../src/node/host/owner.ts'
import { openJob, type OpenJob } from '../../src/node/fs/job-files.ts'
import { isJobLocked } from '../../src/node/fs/job-lock.ts'
import { createIndexStore } from '../../src/node/sqlite/sqlite-store.ts'
import { writeJob } from './stored-job.ts'

/* A process that works on a jobs folder until it is killed: `storage-child.ts <what> <jobs folder> <job> [number]`. */

const [what, jobsDir = '', jobName = '', number = '0'] = process.argv.slice(2)
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const tasks: Readonly<Record<string, () => Promise<void>>> = { hold, write, run, replace }
await tasks[what ?? '']?.().catch((error: unknown) => {
  say(`failed ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`)
  process.exit(1)
})

/** Holds the job and does nothing. */
async function hold(): Promise<void> {
  await take()
  say('held')
  setInterval(() => {}, 1_000_000)
}

/** Appends `number` events to the trial `a` (0: without end), and says which of them are in the file. */
async function write(): Promise<void> {
  const index = createIndexStore(jobsDir, { isHeld: async (name) => isJobLocked(join(jobsDir, name)) })
  const job = await take(index)
  await job.writeText('config.json', '{}')
  const journal = await job.trial('a').openJournal()
  const output = await job.trial('a').openOutput()
  for (let event = 1; number === '0' || event <= Number(number); event += 1) {
    const { from, to } = await output.write(Buffer.from(`output ${event}\n`))
    journal.append({ type: 'output.written', phase: 'agent-execution', from, to })
    journal.append({
      type: 'message.received',
      turn: event,
      source: 'agent',
      text: 'x'.repeat(event % 3000),
      reasoning: null,
    })
    if (event % 7 === 0) {
      await journal.flush()
      say(`flushed ${event * 2}`)
    }
  }
  await job.release()
  await index.close()
}

/** Runs a whole job. */
async function run(): Promise<void> {
  const index = createIndexStore(jobsDir, { isHeld: async (name) => isJobLocked(join(jobsDir, name)) })
  const job = await take(index)
  await writeJob(job, jobName, ['a', 'b', 'c', 'd', 'e'])
  await job.release()
  await index.close()
  say('done')
}

/** Fills the trial `a` and replaces it, again and again. */
async function replace(): Promise<void> {
  const job = await take()
  for (let round = 1; ; round += 1) {
    mkdirSync(join(job.directory, 'a', 'agent'), { recursive: true })
    for (const file of ['tbcc.events.jsonl', 'agent/1', 'agent/2', 'tbcc.json', 'result.json']) {
      writeFileSync(join(job.directory, 'a', file), `${round} ${file}\n`.repeat(2000))
    }
    say(`filled ${round}`)
    await job.replaceTrial('a')
    say(`replaced ${round}`)
  }
}

async function take(index: ReturnType<typeof createIndexStore> | null = null): Promise<OpenJob> {
  const owner = await createOwnerId()
  const options = { owner, secrets: [], clock: createClock(), index }
  return openJob(jobsDir, jobName, { ...options, mode: 'existing' }).catch(async (error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'not-found')
      return openJob(jobsDir, jobName, { ...options, mode: 'create' })
    throw error
  })
}

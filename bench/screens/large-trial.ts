import type { JobEventBody, TrialEventBody } from '../../src/contract/events.ts'
import type { TrialFiles } from '../../src/core/job/ports.ts'
import { recordOf, resultOf } from '../../test/support/stored-job.ts'
import { withNewJob } from './new-job.ts'

export const LARGE = { jobName: 'large', trialName: 'large__1' } as const
const EVENTS = 340_000
const OUTPUT_BYTES = 1_000_000_000
/** A turn: a message, a call, its result, and three pieces of output. */
const PIECES_PER_TURN = 3
const TURNS = Math.floor(EVENTS / (3 + PIECES_PER_TURN))
const PIECE_BYTES = Math.ceil(OUTPUT_BYTES / TURNS / PIECES_PER_TURN)

/** Writes a job of one finished trial with 340,000 events and 1 GB of output. */
export async function writeLargeTrial(jobsDir: string): Promise<void> {
  await withNewJob(jobsDir, LARGE.jobName, async (job) => {
    await job.writeText('config.json', JSON.stringify({ job_name: LARGE.jobName }))
    const journal = await job.openJournal()
    for (const body of JOB_BEFORE) journal.append(body)
    await writeTrial(job.trial(LARGE.trialName))
    for (const body of JOB_AFTER) journal.append(body)
    await journal.close()
  })
}

async function writeTrial(trial: TrialFiles): Promise<void> {
  const [events, output] = [await trial.openJournal(), await trial.openOutput()]
  events.append({ type: 'phase.started', phase: 'agent-execution' })
  for (let turn = 1; turn <= TURNS; turn += 1) {
    for (const body of toTurn(turn)) events.append(body)
    for (let piece = 0; piece < PIECES_PER_TURN; piece += 1) {
      const { from, to } = await output.write(toPiece(turn * PIECES_PER_TURN + piece))
      events.append({ type: 'output.written', phase: 'agent-execution', from, to })
    }
    if (turn % 500 === 0) await events.flush()
  }
  events.append({ type: 'phase.finished', phase: 'agent-execution', durationMs: 60_000 })
  await output.close()
  await events.close()
  await trial.writeText('config.json', '{}')
  await trial.writeText('tbcc.json', JSON.stringify(recordOf(LARGE.trialName)))
  await trial.writeText('result.json', resultOf(LARGE.trialName))
}

const REF = { trialId: `id of ${LARGE.trialName}`, trialName: LARGE.trialName }

const JOB_BEFORE: readonly JobEventBody[] = [
  {
    type: 'job.started',
    jobId: 'large',
    jobName: LARGE.jobName,
    backend: 'docker',
    backendVersion: '1',
    backendReason: null,
    totalTrials: 1,
    finishedTrials: 0,
    concurrency: 1,
    resumed: false,
  },
  { type: 'trial.planned', ...REF, taskName: 'large', agent: 'oracle', model: null, attempt: 1 },
  { type: 'trial.admitted', ...REF },
]

const JOB_AFTER: readonly JobEventBody[] = [
  { type: 'trial.ended', ...REF, outcome: 'success', blame: null, reward: 1, exceptionType: null, durationMs: 60_000 },
  { type: 'job.finished', state: 'completed' },
]

function toTurn(turn: number): readonly TrialEventBody[] {
  const callId = `call ${turn}`
  return [
    { type: 'message.received', turn, source: 'agent', text: `Turn ${turn}: looking on. `.repeat(10), reasoning: null },
    { type: 'tool.called', turn, callId, name: 'bash', arguments: { command: `ls -la /part/${turn}` } },
    {
      type: 'tool.returned',
      callId,
      content: `${turn} `.repeat(100),
      isError: turn % 1000 === 0,
      truncated: false,
      durationMs: 5,
    },
  ]
}

function toPiece(number: number): Uint8Array {
  const line = `\u001b[3${(number % 7) + 1}m${String(number).padStart(8, '0')}\u001b[0m ${'output '.repeat(10)}\r\n`
  return Buffer.from(line.repeat(Math.ceil(PIECE_BYTES / line.length)).slice(0, PIECE_BYTES))
}

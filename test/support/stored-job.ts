import type { TrialRecord } from '../../src/contract/trial.ts'
import type { OpenJob } from '../../src/node/fs/job-files.ts'

/** A record of a finished trial. */
export function recordOf(trialName: string, fields: Partial<TrialRecord> = {}): TrialRecord {
  return {
    schemaVersion: 1,
    trialId: `id of ${trialName}`,
    trialName,
    jobId: 'job id',
    taskName: `task of ${trialName}`,
    taskPath: '/tasks/t',
    taskDigest: 'sha256:0',
    agent: 'oracle',
    agentVersion: '1',
    model: null,
    attempt: 1,
    replaced: 0,
    environment: null,
    outcome: 'success',
    blame: null,
    evidence: [],
    exception: null,
    reward: 1,
    rewards: { reward: 1 },
    tests: { passed: 2, failed: 1, skipped: 0, total: 3, items: [] },
    findings: [],
    usage: { inputTokens: 5, cachedTokens: null, outputTokens: 7, costUsd: 0.5 },
    startedAt: '2026-11-21T04:09:57.000000Z',
    finishedAt: '2026-11-21T04:10:57.000000Z',
    phases: [{ phase: 'queued', startedAt: '2026-11-21T04:09:57.000000Z', durationMs: 60_000.5 }],
    ...fields,
  }
}

/** `result.json` of Harbor, as far as the index reads it. */
export function resultOf(trialName: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const times = { started_at: null, finished_at: null }
  return JSON.stringify({
    id: `id of ${trialName}`,
    task_name: `task of ${trialName}`,
    trial_name: trialName,
    config: {},
    ...times,
    ...fields,
  })
}

/** Writes what a job of these trials writes until all have ended. */
export async function writeJob(job: OpenJob, jobName: string, trialNames: readonly string[]): Promise<void> {
  const journal = await job.openJournal()
  await job.writeText('config.json', JSON.stringify({ job_name: jobName }))
  journal.append({
    type: 'job.started',
    jobId: `id of ${jobName}`,
    jobName,
    backend: 'sandbox',
    backendVersion: '1',
    backendReason: null,
    totalTrials: trialNames.length,
    finishedTrials: 0,
    concurrency: 1,
    resumed: false,
  })
  for (const trialName of trialNames) {
    journal.append({
      type: 'trial.planned',
      trialId: `id of ${trialName}`,
      trialName,
      taskName: `task of ${trialName}`,
      agent: 'oracle',
      model: null,
      attempt: 1,
    })
  }
  for (const trialName of trialNames) {
    journal.append({ type: 'trial.admitted', trialId: `id of ${trialName}`, trialName })
    await writeTrial(job, trialName)
    journal.append({
      type: 'trial.ended',
      trialId: `id of ${trialName}`,
      trialName,
      outcome: 'success',
      blame: null,
      reward: 1,
      exceptionType: null,
      durationMs: 1,
    })
  }
  journal.append({ type: 'job.finished', state: 'completed' })
  await journal.close()
}

/** One trial: output, events, and its documents, the result last. */
export async function writeTrial(job: OpenJob, trialName: string): Promise<void> {
  const files = job.trial(trialName)
  const journal = await files.openJournal()
  const output = await files.openOutput()
  journal.append({ type: 'phase.started', phase: 'agent-execution' })
  const { from, to } = await output.write(new TextEncoder().encode(`output of ${trialName}\n`))
  journal.append({ type: 'output.written', phase: 'agent-execution', from, to })
  journal.append({ type: 'phase.finished', phase: 'agent-execution', durationMs: 1 })
  await output.close()
  await journal.close()
  await files.writeText('config.json', '{}')
  await files.writeText('tbcc.json', JSON.stringify(recordOf(trialName)))
  await files.writeText('result.json', resultOf(trialName))
}

import type { TrialRecord } from '../../contract/trial.ts'
import type { TrialRow } from '../../core/job/ports.ts'

/** A finished trial as the index has it. */
export function rowOf(changes: Partial<TrialRow> = {}): TrialRow {
  return {
    jobName: 'nightly',
    trialName: 'a__1',
    trialId: 'id',
    taskName: 'org/a',
    agent: 'oracle',
    model: null,
    attempt: 1,
    backend: 'docker',
    state: 'finished',
    outcome: 'success',
    blame: null,
    reward: 1,
    testsPassed: 3,
    testsTotal: 3,
    exceptionType: null,
    inputTokens: null,
    cachedTokens: null,
    outputTokens: null,
    costUsd: null,
    startedAt: '2026-11-21T06:00:00.000000Z',
    finishedAt: '2026-11-21T06:00:12.300000Z',
    durationMs: 99_000,
    source: null,
    difficulty: null,
    category: null,
    steps: null,
    reason: null,
    assisted: false,
    costIsEstimate: false,
    ...changes,
  }
}

export function recordOf(changes: Partial<TrialRecord> = {}): TrialRecord {
  return {
    schemaVersion: 1,
    trialId: 'id',
    trialName: 'a__1',
    jobId: 'job',
    taskName: 'org/a',
    taskPath: '/tasks/a',
    taskDigest: 'sha256:0',
    agent: 'oracle',
    agentVersion: '1.0.0',
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
    tests: null,
    findings: [],
    usage: { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: null },
    startedAt: '2026-11-21T06:00:00.000000Z',
    finishedAt: '2026-11-21T06:00:12.300000Z',
    phases: [],
    ...changes,
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toAppError } from '../../contract/errors.ts'
import type { JobRecord } from '../../contract/job-record.ts'
import { toReruns } from './rerun.ts'

let jobsDir: string
beforeEach(() => {
  jobsDir = mkdtempSync(join(tmpdir(), 'tbcc-rerun-'))
  const config = JSON.stringify({
    job_name: 'job',
    agents: [
      { name: 'oracle', env: { FIRST_KEY: '****' } },
      { name: 'nop', env: { SECOND_KEY: '****', MODE: 'fast' } },
    ],
    verifier: { env: { JUDGE_KEY: '****' } },
  })
  const trial = { trialId: 'id', taskName: 't', taskPath: '/tasks/t', taskDigest: 'd', source: null, model: null }
  const record: JobRecord = {
    schemaVersion: 1,
    jobId: 'id',
    jobName: 'job',
    createdAt: '2026-11-21T04:09:57.000000Z',
    backend: 'docker',
    config,
    trials: [
      { ...trial, trialName: 'first', agent: 'oracle', agentIndex: 0, attempt: 1 },
      { ...trial, trialName: 'second', agent: 'nop', agentIndex: 1, attempt: 1 },
    ],
  }
  mkdirSync(join(jobsDir, 'job'))
  writeFileSync(join(jobsDir, 'job', 'config.json'), config)
  writeFileSync(join(jobsDir, 'job', 'tbcc.json'), JSON.stringify(record))
})
afterEach(() => rmSync(jobsDir, { recursive: true }))

const rerun = (trials: readonly string[], secrets: Readonly<Record<string, string>>, hostEnv = {}) =>
  toReruns({ jobsDir, jobName: 'job', trials, secrets, hostEnv, isTaken: () => false })

test('values that are kept nowhere are asked for by their places, of the chosen agents alone', () => {
  const ask = () => rerun(['second'], {})
  expect(ask).toThrow(expect.objectContaining({ code: 'invalid-input' }))
  expect(placesOf(ask)).toEqual(['agents.1.env.SECOND_KEY', 'verifier.env.JUDGE_KEY'])
})

function placesOf(ask: () => unknown): unknown {
  try {
    ask()
    return null
  } catch (thrown) {
    return toAppError(thrown).details['places']
  }
}

test('and are where they belong in the new jobs', () => {
  const secrets = {
    'agents.0.env.FIRST_KEY': 'one',
    'agents.1.env.SECOND_KEY': 'two',
    'verifier.env.JUDGE_KEY': 'three',
  }
  const configs = rerun(['first', 'second'], secrets).map(({ config }) => config)
  expect(configs.map(({ agents, verifier }) => [agents.map(({ env }) => env), verifier.env])).toEqual([
    [[{ FIRST_KEY: 'one' }], { JUDGE_KEY: 'three' }],
    [[{ SECOND_KEY: 'two', MODE: 'fast' }], { JUDGE_KEY: 'three' }],
  ])
  expect(configs.map(({ job_name }) => job_name)).toEqual(['job-rerun-1', 'job-rerun-2'])
})

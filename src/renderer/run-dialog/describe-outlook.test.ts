import { describe, expect, test } from 'vitest'
import type { PreparedJob } from '../../contract/api/jobs.ts'
import { describeEstimate, describeSize, toFindings, whyNot } from './describe-outlook.ts'

const trial = { trialName: 't', taskName: 'task', agent: 'oracle', model: null, attempt: 1, refusal: null }
const PREPARED: PreparedJob = {
  jobName: 'j',
  directory: '/jobs/j',
  backend: { name: 'docker', version: '28', reason: null },
  trials: [trial, { ...trial, refusal: 'needs a GPU' }, { ...trial, attempt: 2, refusal: 'needs a GPU' }],
  invalidTasks: [
    { name: 'bad', directory: '/d/bad', issues: [{ file: 'task.toml', key: 'agent', message: 'expected a table' }] },
  ],
  hostVariables: [],
  missingSecrets: [],
  missingKeys: [],
  warnings: [],
  images: [
    { name: 'a', present: true, sizeBytes: 1, built: true },
    { name: 'b', present: false, sizeBytes: null, built: true },
    { name: 'c', present: false, sizeBytes: null, built: false },
  ],
  estimate: { diskBytes: 5e9, freeBytes: 9e9, durationMs: 10_800_000, costUsd: 38, unknownTrials: 1 },
  commandLine: 'tbcc run',
}

test('the size is said as a product', () => {
  expect(describeSize({ tasks: 12, who: 2, attempts: 5 })).toBe('12 tasks × 2 agents × 5 attempts = 120 trials')
  expect(describeSize({ tasks: 1, who: 1, attempts: 1 })).toBe('1 task × 1 agent × 1 attempt = 1 trial')
})

describe('the estimate', () => {
  test('says what it does not cover', () => {
    expect(describeEstimate(PREPARED, 2)).toBe('≈ 3 h 00 m at 2 at once, ≈ $38.00 from past trials (no estimate for 1)')
  })

  test('is not made up', () => {
    const estimate = { ...PREPARED.estimate, durationMs: null, costUsd: null }
    expect(describeEstimate({ ...PREPARED, estimate }, 8)).toContain('no estimate')
  })
})

test('findings name every refusal, invalid task and image', () => {
  const texts = toFindings(PREPARED).map(({ text }) => text)
  expect(texts).toContain('1 refusal: 2 trials will end at the start')
  expect(texts).toContain('1 invalid task left out')
  expect(texts).toContain('Images: 1 present, 1 to build, 1 to pull')
})

test('a warning is told with the tasks that it is about, and keeps nothing from being started', () => {
  const warnings = [{ message: '1 of 3 tasks gives the agent no network', tasks: ['b'] }]
  expect(toFindings({ ...PREPARED, warnings })).toContainEqual({
    tone: 'warning',
    text: '1 of 3 tasks gives the agent no network',
    details: ['b'],
  })
  expect(whyNot({ ...PREPARED, warnings })).toBeNull()
})

test('a full disk is an error', () => {
  const estimate = { ...PREPARED.estimate, diskBytes: 10e9 }
  expect(toFindings({ ...PREPARED, estimate }).find(({ text }) => text.startsWith('Disk'))?.tone).toBe('error')
})

test('a start waits for what is missing', () => {
  const variable = { name: 'TOKEN', isSet: false, hasDefault: false, tasks: ['task'], servers: [] }
  expect(whyNot(PREPARED)).toBeNull()
  expect(whyNot({ ...PREPARED, missingKeys: ['K'] })).toContain('keys')
  expect(whyNot({ ...PREPARED, hostVariables: [variable] })).toContain('variables')
  expect(whyNot({ ...PREPARED, hostVariables: [{ ...variable, hasDefault: true }] })).toBeNull()
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  fromHarborConfig,
  fromHarborJob,
  fromHarborResult,
  HarborConfig,
  HarborJobResult,
  HarborTrialResult,
} from './harbor-rows.ts'

const FULL = {
  id: 'i',
  task_name: 't',
  trial_name: 'n',
  config: {
    agent: { name: null, import_path: 'my:Agent', model_name: 'p/m' },
    environment: { type: null, import_path: 'tbcc:sandbox' },
  },
  agent_info: { name: 'claude-code', version: '1' },
  agent_result: { n_input_tokens: 1, n_cache_tokens: 2, n_output_tokens: 3, cost_usd: 0.5 },
  verifier_result: { rewards: { reward: 0.5 } },
  exception_info: { exception_type: 'AgentTimeoutError' },
  started_at: '2026-11-21T04:09:57.000000Z',
  finished_at: '2026-11-21T04:09:58.500000Z',
}

it('reads a result of Harbor', () => {
  const row = fromHarborResult('job', 'n', HarborTrialResult.parse(FULL), { tests: null, steps: null })
  expect(row).toMatchObject({
    trialId: 'i',
    taskName: 't',
    agent: 'claude-code',
    model: 'p/m',
    backend: 'sandbox',
    outcome: 'timeout',
    blame: 'agent',
    reward: 0.5,
    inputTokens: 1,
    cachedTokens: 2,
    outputTokens: 3,
    costUsd: 0.5,
    durationMs: 1500,
  })
})

it('takes whatever stands in such a file without failing, field by field', () => {
  const odd = fc.oneof(fc.jsonValue(), fc.constant(undefined))
  const mutated = fc
    .tuple(fc.constantFrom(...Object.keys(FULL)), odd)
    .map(([key, value]) => ({ ...FULL, [key]: value }))
  fc.assert(
    fc.property(fc.oneof(mutated, fc.jsonValue()), (value) => {
      const result = HarborTrialResult.safeParse(value)
      if (result.success)
        expect(fromHarborResult('job', 'n', result.data, { tests: null, steps: null }).state).toBe('finished')
      const config = HarborConfig.safeParse(value)
      const trial = fromHarborConfig('job', 'n', config.success ? config.data : null)
      const job = HarborJobResult.safeParse(value)
      expect(
        fromHarborJob('job', { result: job.success ? job.data : null, config: config.success ? config.data : null }, [
          trial,
        ]).jobName,
      ).toBe('job')
    }),
  )
  // One odd field takes only itself away.
  expect(
    fromHarborResult('job', 'n', HarborTrialResult.parse({ ...FULL, agent_result: 'odd', started_at: 'yesterday' }), {
      tests: null,
      steps: null,
    }),
  ).toMatchObject({
    reward: 0.5,
    costUsd: null,
    startedAt: null,
    durationMs: null,
  })
})

it('names the task of a trial that has only its config', () => {
  const config = HarborConfig.parse({ task: { path: '/tasks/hello-one/' }, trial_name: 'n' })
  expect(fromHarborConfig('job', 'n', config)).toMatchObject({
    taskName: 'hello-one',
    agent: 'oracle',
    backend: 'docker',
    state: 'running',
  })
  expect(fromHarborConfig('job', 'n', null)).toMatchObject({ taskName: 'n' })
})

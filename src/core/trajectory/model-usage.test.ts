import { expect, it } from 'vitest'
import { modelUsageOf } from './model-usage.ts'

const step = (step_id: number, fields: object) => ({ step_id, source: 'agent', message: 'x', ...fields })
const trajectory = (fields: object): string =>
  JSON.stringify({ schema_version: 'ATIF-v1.7', agent: { name: 'a', version: '1', model_name: 'main' }, ...fields })

const huge = (step_id: number) => step(step_id, { metrics: { prompt_tokens: 1e308 } })

function nested(levels: number): string {
  const own = '"schema_version":"ATIF-v1.7","agent":{"name":"a","version":"1"},"steps":[]'
  return `${`{${own},"subagent_trajectories":[`.repeat(levels)}${']}'.repeat(levels)}`
}

it('sums by model, subagents included', () => {
  const subagent = {
    schema_version: 'ATIF-v1.7',
    trajectory_id: 'sub',
    agent: { name: 'b', version: '1', model_name: 'small' },
    steps: [step(1, { metrics: { prompt_tokens: 7, completion_tokens: 1, cost_usd: 0.5 } })],
  }
  const steps = [
    step(1, { metrics: { prompt_tokens: 10, cached_tokens: 4, completion_tokens: 2, cost_usd: 0.25 } }),
    step(2, { model_name: 'other', metrics: { prompt_tokens: 1 } }),
    step(3, { model_name: '', metrics: { prompt_tokens: 5, cost_usd: 1 } }),
    step(4, {}),
  ]
  expect(modelUsageOf(trajectory({ steps, subagent_trajectories: [subagent] }))).toEqual({
    main: { n_input_tokens: 15, n_cache_tokens: 4, n_output_tokens: 2, cost_usd: 1.25 },
    other: { n_input_tokens: 1, n_cache_tokens: 0, n_output_tokens: 0, cost_usd: null },
    small: { n_input_tokens: 7, n_cache_tokens: 0, n_output_tokens: 1, cost_usd: 0.5 },
  })
})

it('states no cost where a step that used tokens has none', () => {
  const steps = [
    step(1, { metrics: { prompt_tokens: 1, cost_usd: 0.25 } }),
    step(2, { metrics: { completion_tokens: 1 } }),
    step(3, { metrics: { completion_tokens: 1, cost_usd: 0.25 } }),
  ]
  expect(modelUsageOf(trajectory({ steps }))?.['main']).toMatchObject({ n_output_tokens: 2, cost_usd: null })
  const free = [steps[0], step(2, { metrics: { prompt_tokens: 0 } })]
  expect(modelUsageOf(trajectory({ steps: free }))?.['main']).toMatchObject({ n_input_tokens: 1, cost_usd: 0.25 })
})

it.each([
  ['no JSON', 'x'],
  ['no trajectory', '{}'],
  ['a step out of order', trajectory({ steps: [step(2, { metrics: { prompt_tokens: 1 } })] })],
  ['nothing measured', trajectory({ steps: [step(1, {})] })],
  ['subagents without end', nested(5000)],
  ['more than a number holds', trajectory({ steps: [huge(1), huge(2)] })],
  ['no model', trajectory({ agent: { name: 'a', version: '1' }, steps: [step(1, { metrics: { prompt_tokens: 1 } })] })],
])('says nothing of %s', (_name, text) => {
  expect(modelUsageOf(text)).toBeNull()
})

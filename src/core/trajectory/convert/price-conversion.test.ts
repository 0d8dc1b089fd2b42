import { expect, test } from 'vitest'
import type { Trajectory, TrajectoryStep } from '../../../contract/harbor/trajectory.ts'
import type { PricedCall } from '../../prices/prices.ts'
import type { Conversion } from './converter.ts'
import { priceConversion } from './price-conversion.ts'

const step = (metrics: TrajectoryStep['metrics'], rest: Partial<TrajectoryStep> = {}): TrajectoryStep => ({
  step_id: 1,
  source: 'agent',
  message: '',
  metrics,
  ...rest,
})
const CALL = { prompt_tokens: 10, cached_tokens: 4, completion_tokens: 1, extra: { cache_creation_input_tokens: 2 } }

interface Parts {
  readonly final?: Trajectory['final_metrics']
  readonly subagents?: Trajectory[]
  readonly outputTokens?: number | null
}

/** A dollar for each token of model `m`. Priced as a whole: its steps, its end, its totals. */
async function price(steps: readonly TrajectoryStep[], { final, subagents, outputTokens = 1 }: Parts = {}) {
  const calls: PricedCall[] = []
  const conversion: Conversion = {
    head: { schema_version: 'ATIF-v1.7', agent: { name: 'a', version: '1' } },
    async *steps() {
      yield* steps
    },
    tail: () => ({ final_metrics: final, ...(subagents === undefined ? {} : { subagent_trajectories: subagents }) }),
    totals: () => ({
      usage: { inputTokens: 1, cachedTokens: null, outputTokens, costUsd: final?.total_cost_usd ?? null },
      differences: [],
      skipped: 0,
    }),
  }
  const priced = priceConversion(
    conversion,
    (call) => {
      calls.push(call)
      return call.model === 'm' ? call.inputTokens + call.outputTokens : null
    },
    { provider: 'p', name: 'm' },
  )
  const done: TrajectoryStep[] = []
  for await (const one of priced.steps()) done.push(one)
  return { calls, steps: done, tail: priced.tail(), usage: priced.totals().usage }
}

test('steps without a cost get one by list, and so does the whole', async () => {
  const { calls, steps, tail, usage } = await price([
    step(null, { source: 'user' }),
    step(CALL, { timestamp: '2026-01-02T03:04:05Z' }),
    step({ prompt_tokens: 5, completion_tokens: 5 }, { model_name: 'm' }),
  ])
  expect(calls[0]).toEqual({
    model: 'm',
    provider: 'p',
    inputTokens: 10,
    cachedTokens: 4,
    cacheWriteTokens: 2,
    outputTokens: 1,
    at: '2026-01-02T03:04:05Z',
  })
  expect(steps.map(({ metrics }) => metrics?.cost_usd)).toEqual([undefined, 11, 10])
  expect(steps[1]?.metrics?.extra).toEqual({ cache_creation_input_tokens: 2, cost_source: 'list_prices' })
  expect(tail.final_metrics).toMatchObject({ total_cost_usd: 21, extra: { cost_source: 'list_prices' } })
  expect(usage).toMatchObject({ costUsd: 21, costIsEstimate: true })
})

test('what the agent named stands: of a step, and of the whole', async () => {
  const { steps, tail, usage } = await price([step({ ...CALL, cost_usd: 3 }), step(CALL)], {
    final: { total_cost_usd: 7 },
  })
  expect(steps.map(({ metrics }) => metrics?.cost_usd)).toEqual([3, 11])
  expect(tail.final_metrics).toEqual({ total_cost_usd: 7 })
  expect(usage).toMatchObject({ costUsd: 7 })
  expect(usage.costIsEstimate).toBeUndefined()
})

test('a step that has no price leaves the whole without one', async () => {
  const { tail, usage } = await price([step(CALL), step(CALL, { model_name: 'unknown' })], {
    final: { total_steps: 2 },
  })
  expect(tail.final_metrics).toEqual({ total_steps: 2 })
  expect(usage.costUsd).toBeNull()
  expect((await price([step({ prompt_tokens: 3 })])).usage.costUsd).toBeNull()
  expect((await price([step(CALL)], { outputTokens: null })).usage.costUsd).toBeNull()
  expect((await price([])).usage.costUsd).toBeNull()
})

test('subagents are part of the whole; steps that were copied from before are not', async () => {
  const inner: Trajectory = {
    schema_version: 'ATIF-v1.7',
    agent: { name: 'b', version: '1' },
    steps: [step(CALL)],
  }
  const outer: Trajectory = { ...inner, subagent_trajectories: [inner] }
  const { tail, usage } = await price([step(CALL), step(CALL, { is_copied_context: true })], { subagents: [outer] })
  expect(usage.costUsd).toBe(33)
  expect(tail.subagent_trajectories?.[0]?.subagent_trajectories?.[0]?.steps[0]?.metrics?.cost_usd).toBe(11)
})

import { expect, test } from 'vitest'
import { createCostMeter } from './cost-meter.ts'
import type { PricedCall } from './prices.ts'

const usage = (inputTokens: number | null, outputTokens: number | null, cachedTokens: number | null = null) => ({
  inputTokens,
  cachedTokens,
  outputTokens,
  costUsd: null,
})

/** A dollar for a token that goes in, two for one that comes out; calls are kept. */
function meterOf(known = 'm') {
  const calls: PricedCall[] = []
  const meter = createCostMeter(
    (call) => {
      calls.push(call)
      return call.model === known ? call.inputTokens + 2 * call.outputTokens : null
    },
    { provider: 'p' },
  )
  return { meter, calls }
}

test('each growth is a call of its own', () => {
  const { meter, calls } = meterOf()
  expect(meter.see(usage(10, 1), 'm')).toMatchObject({ costUsd: 12, costIsEstimate: true })
  expect(meter.see(usage(10, 1), 'm')).toMatchObject({ costUsd: 12 })
  expect(meter.see(usage(30, 2, 15), 'm')).toMatchObject({ inputTokens: 30, costUsd: 34, costIsEstimate: true })
  expect(calls).toMatchObject([
    { provider: 'p', inputTokens: 10, outputTokens: 1, cachedTokens: 0 },
    { inputTokens: 20, outputTokens: 1, cachedTokens: 15 },
  ])
})

test('a cost that the agent names stands', () => {
  const { meter } = meterOf()
  meter.see(usage(10, 1), 'm')
  const told = { ...usage(20, 2), costUsd: 0.5 }
  expect(meter.see(told, 'm')).toBe(told)
})

test('nothing is said where tokens or the model are not known, and no price of nothing', () => {
  const { meter } = meterOf()
  for (const seen of [usage(10, null), usage(null, 1), usage(0, 0)]) expect(meter.see(seen, 'm')).toBe(seen)
  expect(meter.see(usage(10, 1), null).costUsd).toBeNull()
})

test('one call without a price takes the price of the whole away', () => {
  const { meter } = meterOf()
  meter.see(usage(10, 1), 'm')
  expect(meter.see(usage(20, 2), 'other').costUsd).toBeNull()
  expect(meter.see(usage(30, 3), 'm').costUsd).toBeNull()
})

test('totals that are corrected downwards cost nothing and give nothing back', () => {
  const { meter } = meterOf()
  meter.see(usage(10, 1), 'm')
  expect(meter.see(usage(5, 1), 'm').costUsd).toBe(12)
  expect(meter.see(usage(6, 1), 'm').costUsd).toBe(13)
})

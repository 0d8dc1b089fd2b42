import { expect, test } from 'vitest'
import type { PricedCall } from '../../core/prices/prices.ts'
import { loadListPrices } from './list-prices.ts'

const CALL: PricedCall = {
  model: 'claude-sonnet-4-5-20250929',
  provider: null,
  inputTokens: 100_000,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 10_000,
  at: null,
}
const priceOf = await loadListPrices()
const price = (call: Partial<PricedCall>) => priceOf({ ...CALL, ...call })

test('a call of a known model: input, cached, written and output tokens each at their own price', () => {
  // $3 and $15 for a million, a tenth of it for what is read from the cache, a quarter more for what is written into it.
  expect(price({})).toBeCloseTo(0.3 + 0.15)
  expect(price({ cachedTokens: 50_000, cacheWriteTokens: 20_000 })).toBeCloseTo(
    30_000 * 3e-6 + 50_000 * 0.3e-6 + 20_000 * 3.75e-6 + 0.15,
  )
})

test('a large call has the price of large calls', () => {
  const small = price({ model: 'gemini-2.5-pro', inputTokens: 200_000, outputTokens: 0 }) ?? 0
  const large = price({ model: 'gemini-2.5-pro', inputTokens: 400_000, outputTokens: 0 }) ?? 0
  expect(large).toBeGreaterThan(small * 2.5)
})

test.each([
  ['anthropic/claude-sonnet-4-5', null],
  ['claude-sonnet-4-5', 'anthropic'],
  ['anthropic/claude-sonnet-4.5', 'openrouter'],
  ['openrouter/anthropic/claude-sonnet-4.5', 'openrouter'],
])('the provider of %s (%s)', (model, provider) => {
  expect(price({ model, provider })).toBeCloseTo(0.45)
})

test('a model that stands in no list has no price, not even by its name where another provider is named', () => {
  expect(price({ model: 'nobody-knows-it' })).toBeNull()
  expect(price({ model: 'ollama/gpt-5' })).toBeNull()
  expect(price({ model: 'gpt-5', provider: 'my-server' })).toBeNull()
})

test('numbers that contradict each other make no price below zero', () => {
  const odd = price({ inputTokens: 10, cachedTokens: 10, cacheWriteTokens: 500, at: 'yesterday' })
  expect(odd).toBeGreaterThan(0)
})

test('a model that is asked for again is priced as before, at the list of its time', async () => {
  const calls: Partial<PricedCall>[] = [
    { model: 'gpt-5', at: '2026-01-01T00:00:00Z' },
    { model: 'gpt-5', provider: 'my-server' },
    { model: 'gemini-2.5-pro', inputTokens: 400_000 },
    { model: 'o3', at: '2025-05-01T00:00:00Z' },
    { model: 'o3', at: '2026-05-01T00:00:00Z' },
  ]
  const fresh = await Promise.all(calls.map(async (call) => (await loadListPrices())({ ...CALL, ...call })))
  expect(calls.map(price)).toEqual(fresh)
  expect(calls.map(price)).toEqual(fresh)
  expect(fresh[3]).not.toBe(fresh[4])
})

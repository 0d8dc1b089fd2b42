import { expect, test } from 'vitest'
import type { LiveTrial } from '../../contract/api/trials.ts'
import { withLiveCost } from './live-cost.ts'

test('what still runs counts with what it has cost so far, once', () => {
  const ended = { costUsd: 1, costIsEstimate: false }
  expect(withLiveCost(ended, [])).toEqual(ended)
  expect(withLiveCost(ended, [running(0.5), running(null)])).toEqual({ costUsd: 1.5, costIsEstimate: false })
  expect(withLiveCost({ ...ended, costUsd: null }, [running(0.25, true)])).toEqual({
    costUsd: 0.25,
    costIsEstimate: true,
  })
  expect(withLiveCost({ ...ended, costUsd: null }, [running(null), { costUsd: null, live: null }])).toMatchObject({
    costUsd: null,
  })
  // Its row says it: it is in the sum already.
  expect(withLiveCost(ended, [{ ...running(0.5), costUsd: 0.5 }])).toEqual(ended)
})

function running(costUsd: number | null, costIsEstimate = false): { readonly costUsd: null; readonly live: LiveTrial } {
  return {
    costUsd: null,
    live: {
      phase: 'agent-execution',
      phaseStartedAt: '2026-03-04T10:00:00Z',
      timeoutMs: null,
      turn: 3,
      maxTurns: null,
      containerId: null,
      image: null,
      usage: { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd, costIsEstimate },
      lastLine: null,
    },
  }
}

import { expect, test } from 'vitest'
import type { StoredEvent, TrialEventBody } from '../../contract/events.ts'
import { readNow, renderNow } from './now.ts'

const at = '2026-11-21T06:00:00.000000Z'
const nowMs = Date.parse('2026-11-21T06:00:29.000Z')

async function* stored(...events: readonly TrialEventBody[]): AsyncGenerator<StoredEvent> {
  for (const [index, event] of events.entries()) yield { v: 1, seq: index + 1, at, ...event }
}

test('says the phase, the turn and what was used so far', async () => {
  const usage = { inputTokens: 7800, cachedTokens: 4000, outputTokens: null, costUsd: null }
  const live = await readNow(
    stored(
      { type: 'phase.started', phase: 'agent-execution' },
      { type: 'turn.started', turn: 4, maxTurns: 20 },
      { type: 'usage.updated', usage },
    ),
  )
  if (live === null) throw new Error('nothing was told')
  expect(renderNow(live, nowMs)).toEqual([
    'Now:',
    '  phase         agent-execution for 29.0s',
    '  turn          4 of 20',
    '  container     –',
    '  tokens        7,800 in (4,000 cached), not measured out',
    '  cost          not measured',
  ])
})

test('nothing before the first phase', async () => {
  expect(await readNow(stored())).toBeNull()
})

import { expect, test } from 'vitest'
import type { LiveTrial } from '../../contract/api/trials.ts'
import type { TrialEventBody } from '../../contract/events.ts'
import { stampEvent } from './event-line.ts'
import { foldLive, foldOutput } from './live-state.ts'

const AT = '2026-11-21T04:09:57.928041Z'
const TIMEOUTS = { environmentMs: 1, agentSetupMs: 2, agentMs: 3, verifierMs: 4 }
const USAGE = { inputTokens: 1, cachedTokens: null, outputTokens: 1, costUsd: 0.25 }

function fold(...bodies: readonly TrialEventBody[]): LiveTrial | null {
  return bodies.reduce<LiveTrial | null>(
    (live, body, at) => foldLive(live, stampEvent(at + 1, AT, body), TIMEOUTS),
    null,
  )
}

test('a trial before its first phase does nothing yet', () => {
  expect(fold({ type: 'turn.started', turn: 1, maxTurns: 5 })).toBeNull()
})

test('says where a trial is, and until when', () => {
  const live = fold(
    { type: 'phase.started', phase: 'environment-setup' },
    { type: 'image.progressed', stage: 'pull', text: 'layer 1', current: null, total: null },
    { type: 'phase.started', phase: 'agent-execution' },
    { type: 'turn.started', turn: 2, maxTurns: 5 },
    { type: 'usage.updated', usage: USAGE },
  )
  expect(live).toMatchObject({ phase: 'agent-execution', phaseStartedAt: AT, timeoutMs: 3, turn: 2, maxTurns: 5 })
  expect(live).toMatchObject({ usage: USAGE, lastLine: 'layer 1' })
})

test('shows the last line that has something in it, without what a terminal obeys', () => {
  const live = fold({ type: 'phase.started', phase: 'verification' })
  if (live === null) throw new Error('it has started')
  expect(foldOutput(live, 'one\n\u001b[31mtwo\u001b[0m \u001b]0;title\u0007\n  \n').lastLine).toBe('two')
  expect(foldOutput(live, '\n \n')).toBe(live)
})

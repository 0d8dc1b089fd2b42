import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TaskConfig } from '../../contract/harbor/task-config.ts'
import { TrialConfig, type TrialConfigInput } from '../../contract/harbor/trial-config.ts'
import { commandTimeoutMs, trialTimeouts } from './timeouts.ts'

const trial = (input: Omit<TrialConfigInput, 'task'> = {}): TrialConfig =>
  TrialConfig.parse({ task: { path: 'x' }, ...input })
const task = (agent: object = {}, verifier: object = {}, environment: object = {}): TaskConfig =>
  TaskConfig.parse({ agent, verifier, environment })

test('defaults', () => {
  expect(trialTimeouts(task(), trial())).toEqual({
    environmentMs: 600_000,
    agentSetupMs: 360_000,
    agentMs: null,
    verifierMs: 600_000,
  })
})

test('overrides replace, caps cut, factors stretch', () => {
  const config = trial({
    timeout_multiplier: 2,
    verifier_timeout_multiplier: 0.5,
    agent: { override_timeout_sec: 1000, max_timeout_sec: 900, override_setup_timeout_sec: 30 },
    verifier: { max_timeout_sec: 100 },
  })
  expect(trialTimeouts(task({ timeout_sec: 5 }), config)).toEqual({
    environmentMs: 1_200_000,
    agentSetupMs: 60_000,
    agentMs: 1_800_000,
    verifierMs: 50_000,
  })
})

test('an agent without a limit of its own has none, whatever the cap', () => {
  expect(trialTimeouts(task(), trial({ agent: { max_timeout_sec: 10 } })).agentMs).toBeNull()
})

test('0 overrides and caps nothing, but is a limit for the setup', () => {
  const config = trial({
    agent: { override_timeout_sec: 0, max_timeout_sec: 0, override_setup_timeout_sec: 0 },
    verifier: { override_timeout_sec: 0 },
  })
  expect(trialTimeouts(task({ timeout_sec: 7 }, { timeout_sec: 8 }), config)).toMatchObject({
    agentMs: 7000,
    agentSetupMs: 0,
    verifierMs: 8000,
  })
})

test('limits that are no numbers limit nothing; negative ones are over at once', () => {
  const odd = task({ timeout_sec: Number.NaN }, { timeout_sec: Number.POSITIVE_INFINITY }, { build_timeout_sec: -1 })
  expect(trialTimeouts(odd, trial())).toMatchObject({
    agentMs: Number.POSITIVE_INFINITY,
    verifierMs: Number.POSITIVE_INFINITY,
    environmentMs: 0,
  })
})

const seconds = fc.double({ min: 0.001, max: 1e6, noNaN: true })
const factor = fc.double({ min: 0.01, max: 100, noNaN: true })

test('effective = min(base, cap) × factor, the phase factor before the common one', () => {
  fc.assert(
    fc.property(
      seconds,
      fc.option(seconds),
      fc.option(seconds),
      factor,
      fc.option(factor),
      (own, override, cap, common, ofPhase) => {
        const config = trial({
          timeout_multiplier: common,
          agent_timeout_multiplier: ofPhase,
          verifier_timeout_multiplier: ofPhase,
          agent: { override_timeout_sec: override, max_timeout_sec: cap },
          verifier: { override_timeout_sec: override, max_timeout_sec: cap },
        })
        const limits = trialTimeouts(task({ timeout_sec: own }, { timeout_sec: own }), config)
        const expected = Math.min(override ?? own, cap ?? Number.POSITIVE_INFINITY) * (ofPhase ?? common) * 1000
        expect(limits.agentMs).toBeCloseTo(expected, 6)
        expect(limits.verifierMs).toBe(limits.agentMs)
      },
    ),
  )
})

test('a larger factor never shortens, a cap never lengthens', () => {
  fc.assert(
    fc.property(seconds, seconds, factor, factor, (own, cap, one, other) => {
      const limit = (timeout_multiplier: number, max_timeout_sec: number | null): number =>
        trialTimeouts(task({ timeout_sec: own }), trial({ timeout_multiplier, agent: { max_timeout_sec } })).agentMs ??
        0
      expect(limit(Math.max(one, other), cap)).toBeGreaterThanOrEqual(limit(Math.min(one, other), cap))
      expect(limit(one, cap)).toBeLessThanOrEqual(limit(one, null))
    }),
  )
})

test.each([
  [1.9, 1000],
  [60, 60_000],
  [0, 0],
  [0.5, 0],
  [Number.POSITIVE_INFINITY, 0],
])('a command limit of %d s is %d ms', (sec, ms) => expect(commandTimeoutMs(sec)).toBe(ms))

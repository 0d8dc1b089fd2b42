import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decidingReward, deriveOutcome, isJudged, isResolved, type TrialEnd } from './outcome.ts'

const end = (facts: Partial<TrialEnd>) =>
  deriveOutcome({
    exceptionType: null,
    exceptionPhase: null,
    rewards: null,
    tampered: false,
    stuckIn: null,
    cutShortBy: null,
    verifierToolsUnreachable: false,
    ...facts,
  })
const failed = (exceptionType: string, facts: Partial<TrialEnd> = {}) =>
  end({ exceptionType, exceptionPhase: 'agent-execution', ...facts })

describe('deriveOutcome', () => {
  it.each<[string, ReturnType<typeof end>, string | null, string | null]>([
    ['reward 1', end({ rewards: { reward: 1 } }), 'success', null],
    ['reward 0', end({ rewards: { reward: 0 } }), 'failure', 'agent'],
    ['a partial reward', end({ rewards: { reward: 0.99 } }), 'failure', 'agent'],
    ['several keys, all 1, no key reward', end({ rewards: { style: 1, tests: 2 } }), 'success', null],
    ['several keys, one below', end({ rewards: { style: 1, tests: 0.5 } }), 'failure', 'agent'],
    ['the key reward decides over others', end({ rewards: { reward: 1, style: 0 } }), 'success', null],
    ['rewards without a key', end({ rewards: {} }), 'failure', 'agent'],
    ['no verdict because none was asked for', end({}), null, null],
    ['cancelled, whatever the reward', failed('CancelledError', { rewards: { reward: 1 } }), 'aborted', 'user'],
    ['timeout, but solved', failed('AgentTimeoutError', { rewards: { reward: 1 } }), 'success', null],
    ['timeout', failed('AgentTimeoutError', { rewards: { reward: 0 } }), 'timeout', 'agent'],
    [
      "timeout while the model's service failed",
      failed('AgentTimeoutError', { rewards: { reward: 0 }, stuckIn: 'ApiOverloadedError' }),
      'timeout',
      'infrastructure',
    ],
    [
      'timeout while the key was refused',
      failed('AgentTimeoutError', { rewards: { reward: 0 }, stuckIn: 'AgentAuthenticationError' }),
      'timeout',
      'user',
    ],
    [
      'timeout in that, but solved',
      failed('AgentTimeoutError', { rewards: { reward: 1 }, stuckIn: 'ApiOverloadedError' }),
      'success',
      null,
    ],
    [
      'timeout with a verifier that got no tools',
      failed('AgentTimeoutError', { rewards: { reward: 0 }, verifierToolsUnreachable: true }),
      'timeout',
      'infrastructure',
    ],
    [
      'stopped after a timeout, before a verdict',
      failed('AgentTimeoutError', { cutShortBy: 'CancelledError' }),
      'aborted',
      'user',
    ],
    [
      'stopped after the service had failed, before a verdict',
      failed('ApiRateLimitError', { cutShortBy: 'CancelledError' }),
      'aborted',
      'user',
    ],
    [
      'stopped after a timeout, with a verdict',
      failed('AgentTimeoutError', { cutShortBy: 'CancelledError', rewards: { reward: 0 } }),
      'timeout',
      'agent',
    ],
    [
      'container gone after a timeout',
      failed('AgentTimeoutError', { cutShortBy: 'RuntimeError' }),
      'timeout',
      'infrastructure',
    ],
    [
      'container gone after an exit code',
      failed('NonZeroAgentExitCodeError', { cutShortBy: 'RuntimeError' }),
      'error',
      'infrastructure',
    ],
    [
      'no reward file after a timeout',
      failed('AgentTimeoutError', { cutShortBy: 'RewardFileNotFoundError' }),
      'timeout',
      'agent',
    ],
    [
      'verifier timeout after an exit code',
      failed('NonZeroAgentExitCodeError', { cutShortBy: 'VerifierTimeoutError' }),
      'error',
      'agent',
    ],
    ['agent exit code, but solved', failed('NonZeroAgentExitCodeError', { rewards: { reward: 1 } }), 'success', null],
    ['agent exit code', failed('NonZeroAgentExitCodeError', { rewards: { reward: 0 } }), 'failure', 'agent'],
    ['agent exit code without a verdict', failed('NonZeroAgentExitCodeError'), 'error', 'agent'],
    ['rate limit', failed('ApiRateLimitError', { rewards: { reward: 0 } }), 'error', 'infrastructure'],
    ['network', failed('NetworkConnectionError', { rewards: { reward: 0 } }), 'error', 'infrastructure'],
    ['container gone', failed('RuntimeError'), 'error', 'infrastructure'],
    [
      'environment start',
      end({ exceptionType: 'EnvironmentStartTimeoutError', exceptionPhase: 'environment-setup' }),
      'error',
      'infrastructure',
    ],
    [
      'agent setup',
      end({ exceptionType: 'AgentSetupTimeoutError', exceptionPhase: 'agent-setup' }),
      'error',
      'infrastructure',
    ],
    [
      'a command of the agent setup that failed',
      end({ exceptionType: 'NonZeroAgentExitCodeError', exceptionPhase: 'agent-setup' }),
      'error',
      'infrastructure',
    ],
    [
      'agent setup that somebody has to log in for',
      end({ exceptionType: 'AgentAuthenticationError', exceptionPhase: 'agent-setup' }),
      'error',
      'user',
    ],
    [
      'refused by the machine',
      end({ exceptionType: 'TaskUnsupportedError', exceptionPhase: 'environment-setup' }),
      'error',
      'infrastructure',
    ],
    ['authentication', failed('AgentAuthenticationError', { rewards: { reward: 0 } }), 'error', 'user'],
    [
      'usage limit is the user’s, though it is an Api error',
      failed('ApiUsageLimitError', { rewards: { reward: 0 } }),
      'error',
      'user',
    ],
    ['unknown model', failed('ModelNotFoundError'), 'error', 'user'],
    [
      'missing host variable',
      end({ exceptionType: 'ValueError', exceptionPhase: 'environment-setup' }),
      'error',
      'user',
    ],
    ['oracle without a solution', failed('FileNotFoundError'), 'error', 'task'],
    [
      'verifier timeout',
      end({ exceptionType: 'VerifierTimeoutError', exceptionPhase: 'verification' }),
      'error',
      'task',
    ],
    [
      'no reward file',
      end({ exceptionType: 'RewardFileNotFoundError', exceptionPhase: 'verification' }),
      'error',
      'task',
    ],
    [
      'no reward file after tampering',
      end({ exceptionType: 'RewardFileNotFoundError', exceptionPhase: 'verification', tampered: true }),
      'error',
      'agent',
    ],
    [
      'reward 0 because the verifier got no tools',
      end({ rewards: { reward: 0 }, verifierToolsUnreachable: true }),
      'error',
      'infrastructure',
    ],
    [
      'no reward because the verifier got no tools',
      end({ exceptionType: 'RewardFileNotFoundError', exceptionPhase: 'verification', verifierToolsUnreachable: true }),
      'error',
      'infrastructure',
    ],
  ])('%s', (_name, judged, outcome, blame) => {
    expect(judged).toEqual({ outcome, blame })
  })

  it('charges somebody for everything but a success and an end as asked', () => {
    const types = [
      'CancelledError',
      'AgentTimeoutError',
      'NonZeroAgentExitCodeError',
      'ApiOverloadedError',
      'ValueError',
      'Whatever',
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(null, ...types),
        fc.option(fc.dictionary(fc.string(), fc.double({ noNaN: true })), { nil: null }),
        fc.boolean(),
        (exceptionType, rewards, tampered) => {
          const { outcome, blame } = failed('x', { exceptionType, rewards, tampered })
          expect(blame === null).toBe(outcome === 'success' || outcome === null)
          if (outcome === 'success') expect(isResolved(rewards)).toBe(true)
        },
      ),
    )
  })
})

describe('isJudged', () => {
  it('needs a verdict that neither infrastructure nor the user spoilt', () => {
    expect(isJudged({ outcome: 'failure', blame: 'agent', reward: 0 })).toBe(true)
    expect(isJudged({ outcome: 'timeout', blame: 'agent', reward: 0 })).toBe(true)
    expect(isJudged({ outcome: 'error', blame: 'infrastructure', reward: 0 })).toBe(false)
    expect(isJudged({ outcome: 'error', blame: 'task', reward: null })).toBe(false)
    expect(isJudged({ outcome: 'aborted', blame: 'user', reward: 1 })).toBe(false)
  })
})

it('decides by the lowest reward where the key is missing', () => {
  expect(decidingReward({ a: 1, b: 0.25 })).toBe(0.25)
  expect(decidingReward({})).toBeNull()
  expect(decidingReward(null)).toBeNull()
})

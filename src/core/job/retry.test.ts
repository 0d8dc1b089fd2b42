import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RetryConfig } from '../../contract/harbor/job-config.ts'
import { isRetried, retryDelayMs } from './retry.ts'

const retried = (exceptionType: string | null, config: Parameters<typeof RetryConfig.parse>[0]) =>
  isRetried(exceptionType, RetryConfig.parse({ max_retries: 1, ...Object(config) }), 0)

describe('isRetried', () => {
  it.each([
    ['no exception', null, {}, false],
    ['anything that is not excluded', 'RuntimeError', {}, true],
    ['what is included', 'RuntimeError', { include_exceptions: ['RuntimeError'] }, true],
    ['nothing else then', 'RuntimeError', { include_exceptions: ['ValueError'] }, false],
    ['all, as Harbor, where the list is empty', 'RuntimeError', { include_exceptions: [] }, true],
    ['nothing that is excluded', 'RuntimeError', { exclude_exceptions: ['RuntimeError'] }, false],
    ['no trial that the user ended', 'CancelledError', { include_exceptions: ['CancelledError'] }, false],
  ] as const)('%s', (_name, type, config, expected) => {
    expect(retried(type, config)).toBe(expected)
  })

  it('counts', () => {
    const config = RetryConfig.parse({ max_retries: 2 })
    expect([0, 1, 2].map((before) => isRetried('RuntimeError', config, before))).toEqual([true, true, false])
  })
})

describe('retryDelayMs', () => {
  it('begins with the shortest wait, grows by the factor, and keeps to the longest', () => {
    const seconds = fc.integer({ min: 0, max: 100 })
    const retries = fc.integer({ min: 1, max: 30 })
    fc.assert(
      fc.property(seconds, seconds, fc.constantFrom(1, 1.5, 2), retries, (min, max, factor, retry) => {
        const config = RetryConfig.parse({ min_wait_sec: min, max_wait_sec: max, wait_multiplier: factor })
        expect(retryDelayMs(config, 1)).toBe(1000 * Math.min(min, max))
        expect(retryDelayMs(config, retry)).toBeLessThanOrEqual(1000 * max)
        const next = retryDelayMs(config, retry + 1)
        expect(next).toBeCloseTo(Math.min(retryDelayMs(config, retry) * factor, 1000 * max))
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { RetryConfig } from '../../contract/harbor/job-config.ts'
import { isRetried } from './retry.ts'

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

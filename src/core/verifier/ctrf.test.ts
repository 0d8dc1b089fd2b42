import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCtrf } from './ctrf.ts'

describe('parseCtrf', () => {
  it('counts the tests themselves, whatever the summary says', () => {
    const report = {
      results: {
        summary: { tests: 9, passed: 9 },
        tests: [
          { name: 'a', status: 'passed', duration: 2 },
          { name: 'b', status: 'failed', message: 'no', trace: 't' },
          { status: 'odd' },
        ],
      },
    }
    const parsed = parseCtrf(JSON.stringify(report))
    expect(parsed).toMatchObject({ passed: 1, failed: 1, skipped: 0, total: 3 })
    expect(parsed?.items[1]).toEqual({ name: 'b', status: 'failed', durationMs: null, message: 'no', trace: 't' })
    expect(parsed?.items[2]).toMatchObject({ name: '(unnamed)', status: 'other' })
  })

  it('takes the summary where no test is listed', () => {
    expect(parseCtrf('{"results":{"summary":{"tests":5,"passed":3,"failed":2}}}')).toEqual({
      passed: 3,
      failed: 2,
      skipped: 0,
      total: 5,
      items: [],
    })
  })

  it('never throws, and gives counts that add up', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const parsed = parseCtrf(text)
        if (parsed !== null) expect(parsed.passed + parsed.failed + parsed.skipped).toBeLessThanOrEqual(parsed.total)
      }),
    )
  })
})

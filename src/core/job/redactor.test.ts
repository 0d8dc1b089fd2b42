import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor } from './redactor.ts'

const SECRET = 'sk-abc"def\\ghi\nÄ-0123'

describe('text', () => {
  it('replaces a secret as it is, JSON-escaped once and twice, in ASCII, and with line ends of a terminal', () => {
    const redactor = createRedactor([SECRET])
    const escaped = JSON.stringify(SECRET).slice(1, -1)
    const forms = [
      SECRET,
      escaped,
      JSON.stringify(escaped).slice(1, -1),
      escaped.replace('Ä', '\\u00c4'),
      SECRET.replace('\n', '\r\n'),
    ]
    for (const form of forms) expect(redactor.text(`a ${form} b`), form).toBe('a [REDACTED] b')
  })

  it('takes the longest of several secrets at one place', () => {
    expect(createRedactor(['12345678', '12345678-longer']).text('x12345678-longer12345678')).toBe(
      'x[REDACTED][REDACTED]',
    )
  })

  it('leaves text alone without secrets', () => {
    expect(createRedactor([]).text('anything')).toBe('anything')
    expect(createRedactor(['        ']).needles).toEqual([])
  })
})

describe('json', () => {
  it('looks into strings only, so that numbers and structure stay', () => {
    const redactor = createRedactor(['12345678'])
    expect(redactor.json('{"n":12345678.50,"s":"a12345678","12345678":[1.0]}')).toBe(
      '{"n":12345678.50,"s":"a[REDACTED]","[REDACTED]":[1.0]}',
    )
  })

  it('keeps timestamps, even those that a secret looks like', () => {
    const line = '{"at":"2026-11-21T04:09:57.928041Z","text":"on 2026-11-21"}'
    expect(createRedactor(['2026-11-21']).json(line)).toBe(
      '{"at":"2026-11-21T04:09:57.928041Z","text":"on [REDACTED]"}',
    )
  })

  it('does not look for a word of our own formats: without it a file could not be read again', () => {
    expect(createRedactor(['completed', 'trial.planned', 'environment', 'durationMs']).needles).toEqual([])
    expect(createRedactor(['correct-horse']).needles).toEqual(['correct-horse'])
  })

  it('reads strings of many megabytes', () => {
    const long = `x${'\\"'.repeat(5_000_000)}`
    expect(createRedactor(['sk-0123456789']).json(`{"a":"${long}","b":"sk-0123456789"}`)).toBe(
      `{"a":"${long}","b":"[REDACTED]"}`,
    )
  })

  it('leaves no secret in any value, and the rest as it was', () => {
    const secret = fc
      .string({ minLength: 8, maxLength: 20, unit: 'binary' })
      .filter((text) => createRedactor([text]).needles.length > 0)
    fc.assert(
      fc.property(secret, fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (value, before, after) => {
        const redactor = createRedactor([value])
        const parsed: unknown = JSON.parse(
          redactor.json(JSON.stringify({ text: before + value + after, nested: JSON.stringify([value]), n: 1.5 })),
        )
        expect(parsed).toMatchObject({ n: 1.5 })
        expect(JSON.stringify(parsed)).toContain('[REDACTED]')
        expect(stringsIn(parsed).some((text) => text.includes(value))).toBe(false)
      }),
    )
  })
})

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}

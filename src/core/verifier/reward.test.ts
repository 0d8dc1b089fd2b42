import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHarborFloat } from '../../contract/harbor/number.ts'
import { TrialError } from '../job/exception.ts'
import { parseRewards, toNumbers } from './reward.ts'

const bytesOf = (text: string | null): Uint8Array | null => (text === null ? null : new TextEncoder().encode(text))
const parse = (json: string | null, text: string | null) => parseRewards(bytesOf(json), bytesOf(text))
const typeOf = (json: string | Uint8Array | null, text: string | Uint8Array | null): string => {
  const [ofJson, ofText] = [json, text].map((part) => (typeof part === 'string' ? bytesOf(part) : part))
  try {
    parseRewards(ofJson ?? null, ofText ?? null)
    return 'none'
  } catch (error) {
    return error instanceof TrialError ? error.type : 'not a TrialError'
  }
}

describe('parseRewards', () => {
  it.each<[string, string | null, string | null, Record<string, number>]>([
    ['reward.txt', null, '1\n', { reward: 1 }],
    ['reward.txt with spaces', null, '  0.5 \n', { reward: 0.5 }],
    ['an exponent', null, '1e-3', { reward: 0.001 }],
    ['Python’s underscores', null, '1_0', { reward: 10 }],
    ['reward.json before reward.txt', '{"reward": 0}', '1', { reward: 0 }],
    ['booleans as numbers', '{"a": true, "b": false}', null, { a: 1, b: 0 }],
    ['several keys', '{"a": 1, "b": 0.25}', null, { a: 1, b: 0.25 }],
    ['no key', '{}', null, {}],
  ])('reads %s', (_name, json, text, expected) => {
    expect(toNumbers(parse(json, text))).toEqual(expected)
  })

  it('keeps integers of reward.json and makes floats of reward.txt', () => {
    expect(isHarborFloat(parse(null, '1')['reward'])).toBe(true)
    expect(isHarborFloat(parse('{"reward": 1}', null)['reward'])).toBe(false)
    expect(isHarborFloat(parse('{"reward": 1.0}', null)['reward'])).toBe(true)
  })

  it.each<[string, string | null, string | null, string]>([
    ['no file', null, null, 'RewardFileNotFoundError'],
    ['an empty reward.txt', null, '', 'RewardFileEmptyError'],
    ['an empty reward.json, whatever reward.txt says', '', '1', 'RewardFileEmptyError'],
    ['a blank reward.txt', null, ' \n', 'VerifierOutputParseError'],
    ['words', null, 'pass', 'VerifierOutputParseError'],
    ['nan', null, 'nan', 'VerifierOutputParseError'],
    ['infinity', null, '-inf', 'VerifierOutputParseError'],
    ['hexadecimal', null, '0x1', 'VerifierOutputParseError'],
    ['broken JSON', '{"reward": 1', null, 'VerifierOutputParseError'],
    ['NaN in JSON', '{"reward": NaN}', null, 'VerifierOutputParseError'],
    ['a number beyond range', '{"reward": 1e309}', null, 'VerifierOutputParseError'],
    ['text', '{"reward": "1"}', null, 'VerifierOutputParseError'],
    ['null', '{"reward": null}', null, 'VerifierOutputParseError'],
    ['a list', '[1]', null, 'VerifierOutputParseError'],
    ['a list as value', '{"reward": [1]}', null, 'VerifierOutputParseError'],
    ['a bare number', '1', null, 'ValidationError'],
    ['a bare boolean', 'true', null, 'ValidationError'],
    ['bare text', '"1"', null, 'VerifierOutputParseError'],
    ['a byte order mark in reward.txt', null, '\ufeff1', 'VerifierOutputParseError'],
    ['a byte order mark in reward.json', '\ufeff{"reward": 1}', null, 'VerifierOutputParseError'],
  ])('names %s', (_name, json, text, type) => {
    expect(typeOf(json, text)).toBe(type)
  })

  it('takes no other encoding than UTF-8', () => {
    const latin1 = Uint8Array.from('{"reward": 1, "é": 1}', (char) => char.charCodeAt(0))
    expect(typeOf(latin1, null)).toBe('VerifierOutputParseError')
    expect(typeOf(null, Uint8Array.of(0x31, 0xa0))).toBe('VerifierOutputParseError')
    expect(toNumbers(parse(null, '1\u00a0'))).toEqual({ reward: 1 })
  })

  it('names a number that is too large for a double inside a value that is none', () => {
    expect(typeOf('{"reward": [9007199254740993]}', null)).toBe('VerifierOutputParseError')
  })

  it('throws nothing but TrialError, whatever stands in the files', () => {
    fc.assert(
      fc.property(
        fc.option(fc.oneof(fc.json(), fc.string(), fc.uint8Array()), { nil: null }),
        fc.option(fc.oneof(fc.string(), fc.uint8Array()), { nil: null }),
        (json, text) => {
          expect(typeOf(json, text)).not.toBe('not a TrialError')
        },
      ),
    )
  })
})

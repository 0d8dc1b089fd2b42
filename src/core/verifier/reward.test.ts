import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHarborFloat } from '../../contract/harbor/number.ts'
import { TrialError } from '../job/exception.ts'
import { parseRewards, toNumbers } from './reward.ts'

const typeOf = (json: string | null, text: string | null): string => {
  try {
    parseRewards(json, text)
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
    expect(toNumbers(parseRewards(json, text))).toEqual(expected)
  })

  it('keeps integers of reward.json and makes floats of reward.txt', () => {
    expect(isHarborFloat(parseRewards(null, '1')['reward'])).toBe(true)
    expect(isHarborFloat(parseRewards('{"reward": 1}', null)['reward'])).toBe(false)
    expect(isHarborFloat(parseRewards('{"reward": 1.0}', null)['reward'])).toBe(true)
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
  ])('names %s', (_name, json, text, type) => {
    expect(typeOf(json, text)).toBe(type)
  })

  it('names a number that is too large for a double inside a value that is none', () => {
    expect(typeOf('{"reward": [9007199254740993]}', null)).toBe('VerifierOutputParseError')
  })

  it('throws nothing but TrialError, whatever stands in the files', () => {
    fc.assert(
      fc.property(
        fc.option(fc.oneof(fc.json(), fc.string()), { nil: null }),
        fc.option(fc.string(), { nil: null }),
        (json, text) => {
          expect(typeOf(json, text)).not.toBe('not a TrialError')
        },
      ),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { float, isHarborFloat, toNumber } from '../../contract/harbor/number.ts'
import { type HarborJson, parseHarborJson, rewardKey, toHarborJson } from './harbor-json.ts'

describe('numbers', () => {
  // As Harbor 0.24 writes them in the values of its files.
  test.each([
    [float(1), '1.0'],
    [float(-0), '-0.0'],
    [float(0.1), '0.1'],
    [float(1e-5), '0.00001'],
    [float(9.999999999999999e-5), '0.00009999999999999999'],
    [float(1e-6), '1e-6'],
    [float(-2.25e-7), '-2.25e-7'],
    [float(123456.789), '123456.789'],
    [float(1e15), '1000000000000000.0'],
    [float(9.999999999999998e15), '9999999999999998.0'],
    [float(1e16), '1e+16'],
    [float(1.2345678901234568e21), '1.2345678901234568e+21'],
    [float(5e-324), '5e-324'],
    [float(Number.NaN), 'null'],
    [float(Number.POSITIVE_INFINITY), 'null'],
    [1, '1'],
    [-0, '0'],
    [0.5, '0.5'],
    [1e21, '1000000000000000000000'],
    [2n ** 70n, '1180591620717411303424'],
  ])('%o is written as %s', (value, text) => expect(toHarborJson(value)).toBe(text))

  // As Python prints them, which is how Harbor writes keys.
  test.each([
    [1, '1'],
    [float(1), '1.0'],
    [0.5, '0.5'],
    [float(1e-4), '0.0001'],
    [float(1e-5), '1e-05'],
    [float(2.5e-8), '2.5e-08'],
    [float(1e16), '1e+16'],
    [2n ** 70n, '1180591620717411303424'],
  ])('%o is the key %s', (value, key) => expect(rewardKey(value)).toBe(key))

  test('kinds survive parsing', () => {
    expect(parseHarborJson('[1, -0, 12345678901234567890]')).toEqual([1, 0, 12345678901234567890n])
    for (const text of ['1.0', '1e3', '0.5']) expect(isHarborFloat(parseHarborJson(text))).toBe(true)
    expect(toHarborJson(parseHarborJson('{"a": [1, 1.0, 1e16, 12345678901234567890]}'), { indent: 0 })).toBe(
      '{\n"a": [\n1,\n1.0,\n1e+16,\n12345678901234567890\n]\n}',
    )
  })

  test.each(['NaN', 'Infinity', '-Infinity', '1e309', '-1e309', '01', '', '\ufeff{}', '{"a": 1,}'])(
    '%j is no JSON',
    (text) => expect(() => parseHarborJson(text)).toThrow(SyntaxError),
  )

  test('nesting beyond the stack is an error of the text', () => {
    const depth = 200_000
    expect(() => parseHarborJson('['.repeat(depth) + ']'.repeat(depth))).toThrow(SyntaxError)
  })
})

describe('layout', () => {
  test('objects keep their order, empty ones are closed at once, text is not escaped beyond need', () => {
    const map = new Map<string, HarborJson>([
      ['2', 'zwei'],
      ['1', null],
    ])
    expect(toHarborJson({ b: [], a: {}, map, text: 'ü\u2028"\\\n\u0001\u007f😀' })).toBe(
      [
        '{',
        '    "b": [],',
        '    "a": {},',
        '    "map": {',
        '        "2": "zwei",',
        '        "1": null',
        '    },',
        '    "text": "ü\u2028\\"\\\\\\n\\u0001\u007f😀"',
        '}',
      ].join('\n'),
    )
  })

  test('ASCII only where asked for', () => {
    expect(toHarborJson(['ü\u007f😀'], { indent: 2, ascii: true })).toBe('[\n  "\\u00fc\\u007f\\ud83d\\ude00"\n]')
  })
})

describe('round trips', () => {
  const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map(float), fc.bigInt())
  const { tree } = fc.letrec<{ tree: HarborJson }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.string({ unit: 'grapheme' }),
      number,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        tie('tree'),
        { maxKeys: 4 },
      ),
    ),
  }))

  test('what is written is read back, and written again the same', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(0, 2, 4), fc.boolean(), (value, indent, ascii) => {
        const text = toHarborJson(value, { indent, ascii })
        expect(toHarborJson(parseHarborJson(text), { indent, ascii })).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })

  test('a float keeps its value and its kind', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const back = parseHarborJson(toHarborJson(float(value)))
        expect(isHarborFloat(back) && Object.is(toNumber(back), value)).toBe(true)
        expect(Number(rewardKey(float(value)))).toBe(value)
      }),
    )
  })

  test('it is plain JSON for everyone else', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(JSON.parse(toHarborJson(value))).toEqual(JSON.parse(toHarborJson(value, { indent: 0, ascii: true })))
      }),
    )
  })
})

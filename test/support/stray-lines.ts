import fc from 'fast-check'

export interface Mixture {
  readonly plain: readonly string[]
  /** The same with others before some of them. */
  readonly mixed: readonly string[]
  readonly added: readonly string[]
}

/** Lines with garbage in between, which never comes into a text of several lines. */
export function mixtures(
  streams: readonly (readonly string[])[],
  garbage: fc.Arbitrary<string>,
): fc.Arbitrary<Mixture> {
  return fc.constantFrom(...streams).chain((texts) =>
    fc.array(fc.tuple(fc.nat(texts.length - 1), garbage), { maxLength: 20 }).map((places) => {
      const before = (index: number): string[] => places.filter(([at]) => at === index).map(([, stray]) => stray)
      return {
        plain: linesIn(texts),
        mixed: linesIn(texts.flatMap((text, index) => [...before(index), text])),
        added: places.map(([, stray]) => stray),
      }
    }),
  )
}

/** Texts, JSON and these lines, cut off: one of JSON is none any more. */
export function strayLines(lines: readonly string[]): fc.Arbitrary<string> {
  const cut = fc
    .constantFrom('{', ...lines.filter((line) => line !== ''))
    .chain((line) => fc.nat(line.length - 1).map((end) => line.slice(0, end)))
  return fc.oneof(fc.string(), fc.json(), cut)
}

function linesIn(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split('\n'))
}

/**
 * A pattern for one part of a path: `*`, `?`, `[a-z]`, `[!a-z]`, and `\` before a character that means itself. Null
 * where it can match nothing: a lone `\` at the end, a range that runs backwards.
 */
export function globToRegExp(glob: string): RegExp | null {
  const source: string[] = []
  for (let index = 0; index < glob.length;) {
    const token = readToken(glob, index)
    if (token === null) return null
    source.push(token.source)
    index = token.next
  }
  try {
    return new RegExp(`^${source.join('')}$`, 'su')
  } catch {
    return null
  }
}

interface Token {
  readonly source: string
  readonly next: number
}

function readToken(glob: string, index: number): Token | null {
  const character = characterAt(glob, index)
  const next = index + character.length
  if (character === '*') return { source: '.*', next }
  if (character === '?') return { source: '.', next }
  if (character === '[') return readBracket(glob, next) ?? { source: String.raw`\[`, next }
  if (character !== '\\') return { source: escape(character), next }
  const escaped = characterAt(glob, next)
  return escaped === '' ? null : { source: escape(escaped), next: next + escaped.length }
}

/** From after the `[`; null where no `]` closes it. A `]` right at the beginning means itself. */
function readBracket(glob: string, start: number): Token | null {
  const negated = glob[start] === '!' || glob[start] === '^'
  const from = negated ? start + 1 : start
  const end = glob.indexOf(']', glob[from] === ']' ? from + 1 : from)
  if (end < 0) return null
  const members = glob.slice(from, end).replaceAll(/[\\\][^]/g, String.raw`\$&`)
  return { source: `[${negated ? '^' : ''}${members}]`, next: end + 1 }
}

function characterAt(text: string, index: number): string {
  const code = text.codePointAt(index)
  return code === undefined ? '' : String.fromCodePoint(code)
}

function escape(character: string): string {
  return character.replace(/[$()*+.?[\\\]^{|}/]/, String.raw`\$&`)
}

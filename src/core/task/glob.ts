/**
 * A shell-style pattern for a whole name, as Python's fnmatch reads it: `*` (any characters, `/` among them), `?`,
 * `[a-z]` and `[!a-z]`. Case matters; there is no escape character.
 */
export function matchesGlob(name: string, pattern: string): boolean {
  return toRegExp(pattern).test(name)
}

function toRegExp(pattern: string): RegExp {
  const source: string[] = []
  for (let index = 0; index < pattern.length;) {
    const character = String.fromCodePoint(pattern.codePointAt(index) ?? 0)
    const bracket = character === '[' ? readBracket(pattern, index + 1) : null
    if (character === '*') source.push('.*')
    else if (character === '?') source.push('.')
    else source.push(bracket?.source ?? escape(character))
    index = bracket?.next ?? index + character.length
  }
  return new RegExp(`^${source.join('')}$`, 'su')
}

/** From after the `[`; null where no `]` closes it. Ranges that run backwards hold nothing. */
function readBracket(pattern: string, start: number): { source: string; next: number } | null {
  const negated = pattern[start] === '!'
  const from = negated ? start + 1 : start
  const end = pattern.indexOf(']', pattern[from] === ']' ? from + 1 : from)
  if (end < 0) return null
  const members = readMembers(Array.from(pattern.slice(from, end)))
  // An empty class matches nothing, its negation everything.
  return { source: `[${negated ? '^' : ''}${members}]`, next: end + 1 }
}

function readMembers(characters: readonly string[]): string {
  let members = ''
  for (let index = 0; index < characters.length;) {
    const [low = '', dash, high] = characters.slice(index, index + 3)
    const isRange = dash === '-' && high !== undefined
    if (!isRange) members += escapeMember(low)
    else if (codeOf(low) <= codeOf(high)) members += `${escapeMember(low)}-${escapeMember(high)}`
    index += isRange ? 3 : 1
  }
  return members
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0
}

function escapeMember(character: string): string {
  return character.replace(/[\\\][^-]/, String.raw`\$&`)
}

function escape(character: string): string {
  return character.replace(/[$()*+.?[\\\]^{|}/]/, String.raw`\$&`)
}

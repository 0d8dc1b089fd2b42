/** Values of ARG and ENV by name; undefined: not set. */
export type Lookup = (name: string) => string | undefined

const MAX_NESTING = 50

/**
 * A word as the builders read it: quotes taken away, escapes resolved, `$NAME`, `${NAME}`, `${NAME:-word}` and
 * `${NAME:+word}` (and both without the colon) replaced outside of single quotes. Null where it cannot be read.
 */
export function expandWord(text: string, lookup: Lookup, escape: string, nesting = 0): string | null {
  if (nesting > MAX_NESTING) return null
  let result = ''
  let quote: '"' | "'" | null = null
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (quote === "'") {
      if (char === "'") quote = null
      else result += char
    } else if (char === escape) {
      const escaped = text.charAt(at + 1)
      // Within double quotes only what has a meaning there can be escaped.
      result += quote === '"' && !['"', '$', escape].includes(escaped) ? char + escaped : escaped
      at += 1
    } else if (char === '"' || (char === "'" && quote === null)) {
      quote = quote === null ? char : null
    } else if (char === '$') {
      const variable = readVariable(text, at, { lookup, escape, nesting })
      if (variable === null) return null
      result += variable.value
      at = variable.end
    } else result += char
  }
  return quote === null ? result : null
}

/** Words between white space; quotes and escapes keep it, and stay in the word. */
export function splitWords(text: string, escape: string): string[] {
  const words: string[] = []
  let word: string | null = null
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (quote === '' && /\s/.test(char)) {
      if (word !== null) words.push(word)
      word = null
      continue
    }
    word = (word ?? '') + char
    if (char === escape && quote !== "'") {
      word += text.charAt(at + 1)
      at += 1
    } else if (quote === '' && (char === '"' || char === "'")) quote = char
    else if (char === quote) quote = ''
  }
  return word === null ? words : [...words, word]
}

interface Expansion {
  readonly lookup: Lookup
  readonly escape: string
  readonly nesting: number
}

/** `end` is the place of the last character that belongs to the variable. */
function readVariable(text: string, at: number, context: Expansion): { value: string; end: number } | null {
  const { lookup, escape, nesting } = context
  const bare = /^\$([A-Za-z_][A-Za-z0-9_]*)/.exec(text.slice(at))
  if (bare !== null) return { value: lookup(bare[1] ?? '') ?? '', end: at + bare[0].length - 1 }
  if (text.charAt(at + 1) !== '{') return { value: '$', end: at }
  const end = closingBrace(text, at + 2, escape)
  const inner = end === null ? null : /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+])([^]*))?$/.exec(text.slice(at + 2, end))
  if (inner === null || end === null) return null
  const value = lookup(inner[1] ?? '')
  const operator = inner[2]
  if (operator === undefined) return { value: value ?? '', end }
  const isSet = value !== undefined && !(operator.startsWith(':') && value === '')
  if (isSet !== operator.endsWith('+')) return { value: isSet ? (value ?? '') : '', end }
  const word = expandWord(inner[3] ?? '', lookup, escape, nesting + 1)
  return word === null ? null : { value: word, end }
}

function closingBrace(text: string, from: number, escape: string): number | null {
  let depth = 1
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === escape) at += 1
    else if (char === '{') depth += 1
    else if (char === '}') depth -= 1
    if (depth === 0) return at
  }
  return null
}

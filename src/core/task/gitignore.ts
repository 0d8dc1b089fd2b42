import { globToRegExp } from './ignore-glob.ts'

/**
 * Which paths a task's ignore file leaves out of its digest. Unlike in Git every file is judged by its own path and the
 * last line that matches decides, so that `!` takes a file back in also below an ignored folder.
 */
export function createIgnore(text: string): (path: string) => boolean {
  const rules = text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/).flatMap(parseRule)
  return (path) => {
    const parts = path.split('/')
    return rules.findLast((rule) => matches(rule.parts, parts, 0, 0))?.ignore ?? false
  }
}

interface Rule {
  readonly ignore: boolean
  readonly parts: readonly Part[]
}

/** `any`: any number of folders; `below`: at least one more part; `one`: any last part; otherwise a pattern for one part. */
type Part = 'any' | 'below' | 'one' | RegExp

function parseRule(line: string): Rule[] {
  const text = line.endsWith('\\ ') ? line : line.trimEnd()
  if (text === '' || text.startsWith('#')) return []
  const ignore = !text.startsWith('!')
  const parts = parseParts(ignore ? text : text.slice(1))
  return parts === null ? [] : [{ ignore, parts }]
}

/** Null for a line that says nothing that can be matched. */
function parseParts(pattern: string): Part[] | null {
  if (pattern === '') return null
  const words = pattern.split('/')
  const anchored = words.length > 2 || (words.length === 2 && words[1] !== '')
  if (words[0] === '') words.shift()
  else if (!anchored) words.unshift('**')
  if (words.at(-1) === '') words[words.length - 1] = '**'
  const single = words.filter((word, index) => word !== '**' || words[index - 1] !== '**')
  // `**` and `/` mean everything, `**/` everything inside a folder.
  if (single.length === 1 && single[0] === '**') return pattern.endsWith('**/') ? ['one', 'below'] : []
  const parts = single.map((word, index) => parsePart(word, index, single.length - 1))
  return parts.every((part) => part !== null) ? parts : null
}

function parsePart(word: string, index: number, last: number): Part | null {
  if (word === '**') return index === last ? 'below' : 'any'
  return word === '*' && index === last ? 'one' : globToRegExp(word)
}

function matches(parts: readonly Part[], path: readonly string[], at: number, from: number): boolean {
  const part = parts[at]
  // What is below a match matches too.
  if (part === undefined) return true
  const name = path[from]
  if (part === 'any')
    return matches(parts, path, at + 1, from) || (name !== undefined && matches(parts, path, at, from + 1))
  if (name === undefined) return false
  if (part === 'below') return true
  if (part === 'one') return at === parts.length - 1 ? from === path.length - 1 : matches(parts, path, at + 1, from + 1)
  return part.test(name) && matches(parts, path, at + 1, from + 1)
}

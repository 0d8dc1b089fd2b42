/** Decides by the lines of a .dockerignore what of a build context is sent. */
export interface IgnoreRules {
  /** Whether a path (relative, with forward slashes) is left out; the last line that matches it decides. */
  excludes(path: string): boolean
  /** Whether something below an excluded directory may be taken back in. */
  readonly hasExceptions: boolean
}

interface Rule {
  readonly isException: boolean
  readonly pattern: RegExp
}

/** Reads the text of a .dockerignore. A pattern that cannot be read excludes nothing. */
export function parseDockerignore(text: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap(toRule)
  return {
    excludes(path) {
      const candidates = withParents(path)
      let excluded = false
      for (const { isException, pattern } of rules) {
        if (candidates.some((candidate) => pattern.test(candidate))) excluded = !isException
      }
      return excluded
    },
    hasExceptions: rules.some((rule) => rule.isException),
  }
}

function toRule(line: string): Rule[] {
  // Only a line that begins with it is a comment.
  if (line.startsWith('#')) return []
  const trimmed = line.trim()
  const isException = trimmed.startsWith('!')
  const segments = (isException ? trimmed.slice(1).trim() : trimmed).split('/').reduce(clean, [])
  if (segments.length === 0) return []
  const pattern = toPattern(segments)
  return pattern === null ? [] : [{ isException, pattern }]
}

/** One step of resolving `.`, `..` and empty segments; every pattern counts from the context's root. */
function clean(before: readonly string[], segment: string): readonly string[] {
  if (segment === '' || segment === '.') return before
  return segment === '..' ? before.slice(0, -1) : [...before, segment]
}

/** A pattern that matches a directory holds for all in it. */
function withParents(path: string): string[] {
  const segments = path.split('/')
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'))
}

function toPattern(segments: readonly string[]): RegExp | null {
  const last = segments.length - 1
  const source = segments
    .map((segment, index) => {
      if (segment !== '**') return segmentSource(segment) + (index < last ? '/' : '')
      return index < last ? '(?:.*/)?' : '.*'
    })
    .join('')
  try {
    return new RegExp(`^${source}$`, 's')
  } catch {
    return null
  }
}

/** `**` within a segment crosses slashes too, `*` and `?` do not. */
function segmentSource(segment: string): string {
  let source = ''
  for (let at = 0; at < segment.length; at += 1) {
    const char = segment.charAt(at)
    if (char === '*') {
      const isDouble = segment.charAt(at + 1) === '*'
      source += isDouble ? '.*' : '[^/]*'
      if (isDouble) at += 1
    } else if (char === '?') source += '[^/]'
    else if (char === '\\') {
      at += 1
      source += escape(segment.charAt(at))
    } else if (char === '[') {
      const end = segment.indexOf(']', at + 2)
      if (end < 0) return '(' // no pattern
      source += classSource(segment.slice(at + 1, end))
      at = end
    } else source += escape(char)
  }
  return source
}

function classSource(inner: string): string {
  const isNegated = inner.startsWith('^')
  const set = (isNegated ? inner.slice(1) : inner).replaceAll(/[[&~|]/g, '\\$&')
  return `[${isNegated ? '^/' : ''}${set}]`
}

function escape(char: string): string {
  return char.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

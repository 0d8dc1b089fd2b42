/** Says of a path (relative, with forward slashes) whether it belongs. */
export type PathTest = (path: string) => boolean

/** Whether a `.dockerignore` leaves a path out of the build context: the last pattern that matches it or a parent decides. Never throws. */
export function parseDockerignore(text: string): PathTest {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) => toRule(line.trim()))
  return (path) => {
    const candidates = [path, ...parentsOf(path)]
    let ignored = false
    for (const { excludes, test } of rules) {
      if (candidates.some((candidate) => test.test(candidate))) ignored = excludes
    }
    return ignored
  }
}

/** A COPY source: `*`, `?` and `[…]` stay within one name. Never throws. */
export function matchSource(pattern: string): PathTest {
  const test = toRegExp(
    pattern
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .join('/'),
  )
  return (path) => test.test(path)
}

/** Whether a COPY source names several paths. */
export function hasWildcard(source: string): boolean {
  return /[*?[]/.test(source)
}

function toRule(line: string): { readonly excludes: boolean; readonly test: RegExp } {
  const excludes = !line.startsWith('!')
  const pattern = (excludes ? line : line.slice(1))
    .trim()
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
  return { excludes, test: toRegExp(pattern) }
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function toRegExp(pattern: string): RegExp {
  let source = ''
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at)
    if (pattern.startsWith('**', at)) {
      const isPrefix = pattern.charAt(at + 2) === '/'
      source += isPrefix ? '(?:.*/)?' : '.*'
      at += isPrefix ? 2 : 1
    } else if (char === '*') source += '[^/]*'
    else if (char === '?') source += '[^/]'
    else if (char === '[') {
      const set = /^\[(\^?)((?:\\[^]|[^\]\\])+)\]/.exec(pattern.slice(at))
      if (set === null) return /(?!)/
      source += `(?!/)[${set[1] ?? ''}${(set[2] ?? '').replace(/\[/g, '\\[')}]`
      at += set[0].length - 1
    } else {
      if (char === '\\') at += 1
      source += pattern.charAt(at).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    }
  }
  try {
    return new RegExp(`^${source}$`, 's')
  } catch {
    return /(?!)/
  }
}

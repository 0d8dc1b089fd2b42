/**
 * Whether `tar --exclude` with these patterns leaves a path out: a pattern may match from any part of the path on,
 * `*` and `?` also match slashes, and what stands below a folder that matches is left out with it.
 */
export function createExclusion(patterns: readonly string[]): (parts: readonly string[]) => boolean {
  if (patterns.length === 0) return () => false
  const expressions = patterns.map((pattern) => new RegExp(`^${toSource(pattern)}$`, 's'))
  return (parts) =>
    parts.some((_, end) => {
      const whole = parts.slice(0, end + 1)
      const names = [`./${whole.join('/')}`, ...whole.map((_part, start) => whole.slice(start).join('/'))]
      return expressions.some((expression) => names.some((name) => expression.test(name)))
    })
}

/** A shell pattern as the source of a regular expression. */
function toSource(pattern: string): string {
  let source = ''
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at)
    const list = char === '[' ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(pattern.slice(at)) : null
    if (list !== null) {
      source += `[${list[1] === '' ? '' : '^'}${(list[2] ?? '').replaceAll(/[[\]\\^]/g, String.raw`\$&`)}]`
      at += list[0].length - 1
    } else if (char === '*') source += '.*'
    else if (char === '?') source += '.'
    else if (char === '\\' && at + 1 < pattern.length) source += escape(pattern.charAt((at += 1)))
    else source += escape(char)
  }
  return source
}

function escape(char: string): string {
  return char.replaceAll(/[$()*+.?[\\\]^{|}/]/g, String.raw`\$&`)
}

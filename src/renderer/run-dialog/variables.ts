/** Variables as lines: `NAME=VALUE`, or `NAME` alone for the host's own value. */
export interface Variables {
  readonly values: Readonly<Record<string, string>>
  /** Lines that are neither. */
  readonly wrong: readonly string[]
}

export function parseVariables(text: string): Variables {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const wrong = lines.filter((line) => !LINE.test(line))
  const values = Object.fromEntries(
    lines
      .filter((line) => LINE.test(line))
      .map((line): [string, string] => {
        const at = line.indexOf('=')
        return at < 0 ? [line, `\${${line}}`] : [line.slice(0, at), unquote(line.slice(at + 1))]
      }),
  )
  return { values, wrong }
}

export function toVariableLines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === `\${${name}}` ? name : `${name}=${quote(value)}`))
    .join('\n')
}

const LINE = /^[A-Za-z_][A-Za-z0-9_]*(=|$)/

/** A value of several lines, or with spaces around it, stands in quotes, as JSON has them. */
function quote(value: string): string {
  return value !== value.trim() || /[\n\r]/.test(value) || value.startsWith('"') ? JSON.stringify(value) : value
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : text
  } catch {
    return text
  }
}

type Table = Readonly<Record<string, unknown>>

/** What stands at a path; `*` takes the first of a list. */
export function getAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value
  if (key === '*') return getAt(Array.isArray(value) ? value[0] : undefined, rest)
  return isTable(value) ? getAt(value[key], rest) : undefined
}

/** The value with something else at a path; undefined takes it away. `*` sets it in each of a list. */
export function setAt(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put
  if (key === '*') return Array.isArray(value) ? value.map((item) => setAt(item, rest, put)) : value
  const table = isTable(value) ? value : {}
  const next = setAt(table[key], rest, put)
  if (next !== undefined) return { ...table, [key]: next }
  const { [key]: _gone, ...others } = table
  return Object.keys(others).length === 0 && value === undefined ? undefined : others
}

/** Whether a path of an issue is this one. */
export function matchesPath(path: readonly PropertyKey[], pattern: readonly string[]): boolean {
  return path.length === pattern.length && pattern.every((key, at) => key === '*' || key === String(path[at]))
}

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

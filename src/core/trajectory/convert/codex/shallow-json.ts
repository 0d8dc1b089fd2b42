/** Deeper than any tool's answer, and far from where writing it again would overflow the stack. */
const MAX_DEPTH = 200

/** What a text holds as JSON; undefined where it is none, or one that nobody could write down again. */
export function parseShallowJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isShallow(value, MAX_DEPTH) ? value : undefined
  } catch {
    return undefined
  }
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every((item) => isShallow(item, depth - 1))
}

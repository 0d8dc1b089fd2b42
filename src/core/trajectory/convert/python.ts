/*
 * How Python says things, where Harbor's trajectories hold it: other programs compare them byte by byte.
 */

/** `json.dumps(value, ensure_ascii=False)`: blanks after commas and colons. */
export function toPythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item: unknown) => toPythonJson(item)).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${toPythonJson(item)}`)
    return `{${entries.join(', ')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

/** `str(value)` of what JSON can hold; of tables and lists their JSON. */
export function toPythonText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return toPythonJson(value)
}

/** Text as it is, anything else as JSON. */
export function textOrJson(value: unknown): string {
  return typeof value === 'string' ? value : toPythonJson(value)
}

/** What Python takes for true. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== ''
}

/** `text.strip()`, which takes more for blank than JavaScript, and a byte order mark for none. */
export function strip(text: string): string {
  let from = 0
  while (from < text.length && isBlank(text.charCodeAt(from))) from += 1
  return stripEnd(text.slice(from))
}

/** `text.rstrip()`. */
export function stripEnd(text: string): string {
  let to = text.length
  while (to > 0 && isBlank(text.charCodeAt(to - 1))) to -= 1
  return text.slice(0, to)
}

/** Whether anything is left of it when it is stripped. */
export function hasText(text: string): boolean {
  return strip(text) !== ''
}

function isBlank(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f)
  if (code < 0x1680) return code === 0x85 || code === 0xa0
  return code === 0x1680 || (code >= 0x2000 && code <= 0x200a) || FAR_BLANKS.has(code)
}

const FAR_BLANKS: ReadonlySet<number> = new Set([0x2028, 0x2029, 0x202f, 0x205f, 0x3000])

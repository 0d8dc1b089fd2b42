/*
 * Readers for JSON of unknown shape.
 */

export type JsonObject = Readonly<Record<string, unknown>>

export function toObject(value: unknown): JsonObject {
  // An object that is no array has string keys only.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function toText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** JSON, or the text itself where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The texts of content that is a text or a list of parts. */
export function textOfParts(content: unknown): string {
  if (typeof content === 'string') return content
  return toList(content)
    .map((part) => toText(toObject(part)['text']))
    .filter((text) => text !== '')
    .join('\n')
}

import { createEscapeFilter } from './escape-filter.ts'

/** Text of a container or a file for people: several lines, nothing in it that a terminal obeys. */
export function plainText(text: string): string {
  return createEscapeFilter({ colours: false }).push(text)
}

/** The same as one line: whatever breaks a line is a space. */
export function plainLine(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim()
}

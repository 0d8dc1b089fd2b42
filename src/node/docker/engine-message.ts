/** The failure that a message of a pull or build tells of; null for any other message. */
export function failureOf(message: Readonly<Record<string, unknown>>): string | null {
  const { error, errorDetail } = message
  if (typeof errorDetail === 'object' && errorDetail !== null && 'message' in errorDetail)
    return String(errorDetail.message)
  return typeof error === 'string' ? error : null
}

/** A text of a message; empty where it has none. */
export function textOf(message: Readonly<Record<string, unknown>>, key: string): string {
  const value = message[key]
  return typeof value === 'string' ? value : ''
}

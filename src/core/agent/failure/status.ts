/**
 * The exception that an HTTP status of the model's provider means, the words of the answer considered; null: it says
 * nothing by itself.
 */
export function typeOfStatus(status: number, words: string): string | null {
  if (status === 402) return 'ApiUsageLimitError'
  if (status === 401) return 'AgentAuthenticationError'
  if (status === 403) return isUsedUp(words) ? 'ApiUsageLimitError' : 'AgentAuthenticationError'
  if (status === 404) return /model/i.test(words) ? 'ModelNotFoundError' : 'ApiProviderResourceNotFoundError'
  if (status === 408) return 'NetworkConnectionError'
  if (status === 413) return 'ContextWindowExceededError'
  if (status === 429) return isUsedUp(words) ? 'ApiUsageLimitError' : 'ApiRateLimitError'
  if (status === 503 || status === 529) return 'ApiOverloadedError'
  if (status >= 500 && status <= 599) return /overloaded/i.test(words) ? 'ApiOverloadedError' : 'ApiInternalServerError'
  return null
}

/** An HTTP status that a text names as one, the last of them; any other number is none. */
export function statusIn(text: string): number | null {
  let status: number | null = null
  for (const match of text.matchAll(NAMED_STATUS)) status = Number(match[1] ?? match[2])
  return status
}

/** "API Error: 529 …", "unexpected status 401", "status_code=503", "Error code: 404 - …", "HTTP/1.1 429", "429 Too Many Requests". */
const NAMED_STATUS =
  /\b(?:api error|error code|http(?:\/\d(?:\.\d)?)?(?: error| status)?|status(?:[ _]?code)?)["']?\s*[:=(]?\s*([45]\d\d)\b|\b([45]\d\d) (?:Unauthorized|Payment Required|Forbidden|Not Found|Request Timeout|Too Many Requests|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)\b/gi

/** What is used up comes back with money or the next month, a rate with the next minute. */
function isUsedUp(words: string): boolean {
  if (/per[ -_]?(?:second|minute)/i.test(words)) return false
  return /quota|usage limit|billing|credit|spending|insufficient[ _]funds/i.test(words)
}

/** An exception by the words that show it; the source of a regular expression, matched without regard to case. */
export interface FailurePattern {
  readonly pattern: string
  readonly type: string
}

/** What a pattern found, and where its match ends in the searched text. */
export interface FailureMatch {
  readonly type: string
  readonly end: number
}

export const REFUSAL = 'AgentSafetyRefusalError'
export const UNKNOWN_API = 'UnknownApiError'

/** What Harbor's language takes for a part of a word, in every script. */
const WORD = '[\\p{L}\\p{N}_]'
const END = `(?!${WORD})`

/** Harbor 0.24's words for each exception, in its order: between matches that end at one place the first one wins. */
const WORDS: readonly (readonly [type: string, ...patterns: string[]])[] = [
  ['ApiRateLimitError', 'rate[^\\n]?limit', 'too many requests'],
  [
    'ApiUsageLimitError',
    'specified API usage limits',
    "You've hit your usage limit",
    'You have an unpaid invoice',
    'Quota exceeded[^\\n]',
    'You have no credits remaining',
    'Free tier users do not have access|Upgrade to paid credits',
  ],
  [
    'ApiInternalServerError',
    'API Error: 500 Internal server error',
    'API Error: Server error mid-response',
    'RetriableError: \\[internal\\] Error',
  ],
  [
    'ApiOverloadedError',
    'API Error: Overloaded',
    'ServiceUnavailableError',
    'Selected model is at capacity\\. Please try a different model\\.',
  ],
  [
    'ApiConnectionClosedError',
    'API Error: (?:Connection closed|Connection lost) mid-response',
    'API Error: stream closed before completion',
  ],
  ['ApiResponseStalledError', 'API Error: (?:Response stalled mid-stream|Stream idle timeout)'],
  ['OutputTokenExceededError', 'response exceeded [^\\n]+ output token maximum'],
  [
    'ContextWindowExceededError',
    'input token count exceeds the maximum number of tokens|prompt is too long: \\d+ tokens > \\d+ maximum',
  ],
  [
    'AgentAuthenticationError',
    'Not logged in',
    `(?<!${WORD})invalid_api_key${END}|Invalid API key${END}|API key is invalid${END}|Incorrect API key provided${END}|unexpected status 401 Unauthorized${END}`,
    'could not read Username for [\'"]https://github\\.com',
  ],
  ['ModelNotFoundError', 'Cannot use this model'],
  ['ApiProviderResourceNotFoundError', 'Provider Error We[^\\n]re having trouble finding the resource you requested'],
  // One expression, so that its alternatives are found one after the other as Harbor finds them.
  [
    REFUSAL,
    [
      'safety measures that flagged',
      'Cyber Verification Program',
      'flagged for possible cybersecurity risk',
      'Trusted Access for Cyber',
      'chatgpt\\.com/cyber',
      'This request was blocked by our safety systems\\.',
      'API Error: [^\\r\\n]{1,80} can[^\\n]t help with this\\. Start a new session to continue\\.',
      'Output blocked by content filtering policy',
      'violate our Usage Policy',
      'https://www\\.anthropic\\.com/legal/aup',
      'triggered cyber-related safeguards',
      'model_refusal_no_fallback',
      'ContentFilterError',
      'blocked by the provider[^\\n]s content filter',
      '"reason"\\s*:\\s*"content-filter"',
    ].join('|'),
  ],
  [UNKNOWN_API, 'API Error'],
  [
    'NetworkConnectionError',
    'SSL_ERROR_SYSCALL',
    'SSL_connect',
    'Could not resolve host',
    'Connection refused',
    'Connection timed out',
    'Request timed out',
    'No route to host',
    'curl: \\(\\d+\\)',
  ],
]

export const SHARED_PATTERNS: readonly FailurePattern[] = WORDS.flatMap(([type, ...patterns]) =>
  patterns.map((pattern) => ({ pattern, type })),
)

/**
 * The match that ends furthest to the right, as Harbor chooses it: a CLI says last what it failed of. Null: no match.
 */
export function lastMatch(text: string, patterns: readonly FailurePattern[]): FailureMatch | null {
  const softRefusal = isSoftRefusal(text)
  let last: FailureMatch | null = null
  for (const { pattern, type } of patterns) {
    if (softRefusal && type === REFUSAL) continue
    for (const match of text.matchAll(toExpression(pattern))) {
      const end = match.index + match[0].length
      if (last === null || end > last.end) last = { type, end }
    }
  }
  return last
}

/** Claude went on with another model after a refusal: what is said of policies then did not end the run. */
export function isSoftRefusal(text: string): boolean {
  return text.includes('model_refusal_fallback') && !text.includes('model_refusal_no_fallback')
}

export function toExpression(pattern: string): RegExp {
  // With `u` letters are compared as Python does it, which Harbor's patterns were written for.
  return new RegExp(pattern, 'giu')
}

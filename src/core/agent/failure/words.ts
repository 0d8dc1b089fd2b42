import { isSoftRefusal, REFUSAL, toExpression } from './patterns.ts'

/**
 * The exception that a CLI's own words mean where Harbor has no pattern for them: the providers' names of errors, and
 * those of the network libraries that the CLIs are built with. Looked for only in what the CLI says it failed of.
 */
export function typeOfWords(words: string): string | null {
  const found = MEANINGS.find(
    ([type, pattern]) => !(type === REFUSAL && isSoftRefusal(words)) && matches(words, pattern),
  )
  return found === undefined ? null : found[0]
}

/** The first that matches wins: what is said of money and keys explains more than the status that comes with it. */
const MEANINGS: readonly (readonly [type: string, pattern: string])[] = [
  [
    'ApiUsageLimitError',
    'insufficient_quota|out[ _]of[ _]credits|exceeded your current quota|credit balance is too low|billing_(?:error|hard)',
  ],
  [
    'AgentAuthenticationError',
    'authentication_(?:failed|error)|permission_error|AuthenticationError|invalid (?:x-api-key|bearer token|authentication)|\\bunauthorized\\b|API key (?:not valid|not found|expired)|(?:missing|no) API key|OAuth token (?:has )?expired|please run /login',
  ],
  ['ApiRateLimitError', 'RESOURCE_EXHAUSTED|RateLimitError'],
  ['ApiOverloadedError', 'overloaded|service[ _]?unavailable'],
  [
    'ModelNotFoundError',
    'model_not_found|issue with the selected model|(?:unknown|invalid|unsupported) model\\b|not_found_error[^\\n]{0,80}model|\\bmodel\\b[^\\n]{0,80}(?:does not exist|not found|is not (?:available|supported))',
  ],
  [
    'ContextWindowExceededError',
    "context_length_exceeded|hit a token limit|ContextWindowExceededError|maximum context length|(?:exceeds?|exceeded|ran out of room in) (?:the )?(?:model's )?context|prompt is too long|input is too long|request_too_large",
  ],
  ['OutputTokenExceededError', 'max_output_tokens|output token (?:limit|maximum)'],
  [REFUSAL, 'content[_ -]?(?:filter|policy)|\\brefusal\\b'],
  ['ApiResponseStalledError', 'idle timeout|response stalled|stream stalled'],
  [
    'ApiConnectionClosedError',
    'stream (?:closed|disconnected|ended|error)|premature close|connection (?:closed|lost|reset|aborted)|socket hang up|ECONNRESET|EPIPE|incomplete chunked read|server disconnected',
  ],
  [
    'NetworkConnectionError',
    'ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|getaddrinfo|fetch failed|network (?:error|is unreachable)|waiting for network|reconnecting|name resolution|error sending request|APIConnectionError|connection error|unable to connect|self[- ]signed certificate|certificate (?:verify failed|has expired)',
  ],
  [
    'ApiInternalServerError',
    'internal[ _]server[ _]error|server_error|InternalServerError|bad gateway|gateway time-?out',
  ],
]

function matches(words: string, pattern: string): boolean {
  return toExpression(pattern).test(words)
}

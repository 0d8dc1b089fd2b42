/** OpenAI's body of an error, the same for both of its formats. */
export function openaiError(status: number): { readonly error: OpenAiError } {
  const [type, code, message] = ERRORS[status] ?? ERRORS[500]
  return { error: { message, type, param: null, code } }
}

interface OpenAiError {
  readonly message: string
  readonly type: string
  readonly param: null
  readonly code: string | null
}

type ErrorRow = readonly [type: string, code: string | null, message: string]

const ERRORS: Readonly<Record<number, ErrorRow>> & { readonly 500: ErrorRow } = {
  400: ['invalid_request_error', null, 'The request is not valid.'],
  401: ['invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'],
  403: ['invalid_request_error', 'unsupported_country_region_territory', 'Country, region, or territory not supported'],
  404: ['invalid_request_error', 'model_not_found', 'The model does not exist or you do not have access to it.'],
  429: ['requests', 'rate_limit_exceeded', 'Rate limit reached for requests per min. Please try again in 1s.'],
  500: ['server_error', null, 'The server had an error while processing your request. Sorry about that!'],
  503: ['server_error', 'server_is_overloaded', 'The engine is currently overloaded, please try again later'],
  529: ['server_error', 'server_is_overloaded', 'The engine is currently overloaded, please try again later'],
}

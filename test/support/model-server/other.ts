import { pathOf, type RawRequest } from './format.ts'
import { toObject } from './json.ts'

/** What stands beside the models: the root, their list, token counts. Everything else is not found. */
export function answerOther(
  request: RawRequest,
  models: readonly string[],
): { readonly status: number; readonly body: unknown } {
  const path = pathOf(request)
  switch (`${request.method === 'HEAD' ? 'GET' : request.method} ${path}`) {
    case 'GET /':
      return { status: 200, body: {} }
    case 'GET /v1/models':
      return { status: 200, body: listOf(models) }
    case 'GET /v1beta/models':
      return { status: 200, body: { models: models.map((name) => ({ name: `models/${name}`, displayName: name })) } }
    case 'POST /v1/messages/count_tokens':
      return { status: 200, body: { input_tokens: countOf(request) } }
  }
  if (path.endsWith(':countTokens')) return { status: 200, body: { totalTokens: countOf(request) } }
  const error = { type: 'not_found_error', code: 404, status: 'NOT_FOUND', message: `there is no ${path} here` }
  return { status: 404, body: { type: 'error', error } }
}

/** For clients of both vendors; `models` is where Codex looks, for facts that are of its vendor's own making. */
function listOf(models: readonly string[]): object {
  const data = models.map((id) => ({
    id,
    object: 'model',
    created: 0,
    owned_by: 'test',
    type: 'model',
    display_name: id,
    created_at: '2026-01-01T00:00:00Z',
  }))
  return {
    object: 'list',
    data,
    models: [],
    has_more: false,
    first_id: models[0] ?? null,
    last_id: models.at(-1) ?? null,
  }
}

/** About four characters each. */
function countOf({ body }: RawRequest): number {
  return Math.ceil(JSON.stringify(toObject(JSON.parse(body))).length / 4)
}

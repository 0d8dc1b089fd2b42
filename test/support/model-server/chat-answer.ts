import { toPieces, type Answer, type WireEvent } from './format.ts'
import type { StopReason } from './types.ts'

/** OpenAI's stream of chunks: the role, the deltas, why it ended, the usage, `[DONE]`. */
export function completionEvents(answer: Answer): readonly WireEvent[] {
  const choice = (delta: object, finish: string | null = null) => ({
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })
  const chunks = [
    choice({ role: 'assistant', content: '' }),
    ...toPieces(answer.reasoning).map((piece) => choice({ reasoning_content: piece })),
    ...toPieces(answer.text).map((content) => choice({ content })),
    ...answer.calls.flatMap((call, index) => callDeltas(call, index).map((delta) => choice({ tool_calls: [delta] }))),
    choice({}, FINISH_REASONS[answer.stop]),
    { choices: [], usage: usageOf(answer) },
  ]
  const head = { ...headOf(answer), object: 'chat.completion.chunk' }
  return [
    ...chunks.map((chunk) => ({ name: null, data: JSON.stringify({ ...head, ...chunk }) })),
    { name: null, data: '[DONE]' },
  ]
}

export function completionOf(answer: Answer): object {
  const calls = answer.calls.map(({ id, name, arguments: json }) => ({
    id: `call_${id}`,
    type: 'function',
    function: { name, arguments: json },
  }))
  const message = {
    role: 'assistant',
    content: answer.text === '' ? null : answer.text,
    ...(answer.reasoning === '' ? {} : { reasoning_content: answer.reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  }
  return {
    ...headOf(answer),
    object: 'chat.completion',
    choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH_REASONS[answer.stop] }],
    usage: usageOf(answer),
  }
}

const FINISH_REASONS: Readonly<Record<StopReason, string>> = {
  end: 'stop',
  calls: 'tool_calls',
  length: 'length',
  refusal: 'content_filter',
}

/** Only the first says which call it is. */
function callDeltas({ id, name, arguments: json }: Answer['calls'][number], index: number): readonly object[] {
  return [
    { index, id: `call_${id}`, type: 'function', function: { name, arguments: '' } },
    ...toPieces(json).map((piece) => ({ index, function: { arguments: piece } })),
  ]
}

function headOf({ id, createdAt, model }: Answer): object {
  return { id: `chatcmpl-${id}`, created: createdAt, model }
}

function usageOf({ usage, reasoning }: Answer): object {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached },
    completion_tokens_details: { reasoning_tokens: reasoning === '' ? 0 : Math.min(usage.output, 1) },
  }
}

import { toPieces, type Answer, type WireEvent } from './format.ts'

/** OpenAI's stream of a response: each item of its output, then the whole with its usage. */
export function responseEvents(answer: Answer): readonly WireEvent[] {
  const begun = { ...responseOf(answer), status: 'in_progress', output: [], usage: null }
  const incomplete = answer.stop === 'length'
  const events = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...outputOf(answer).flatMap(({ item, parts }, index) => [
      {
        type: 'response.output_item.added',
        output_index: index,
        item: { ...item, status: 'in_progress', ...parts.begun },
      },
      ...parts.events.map((event) => ({ ...event, item_id: item.id, output_index: index })),
      { type: 'response.output_item.done', output_index: index, item },
    ]),
    { type: incomplete ? 'response.incomplete' : 'response.completed', response: responseOf(answer) },
  ]
  return events.map((event, number) => ({
    name: event.type,
    data: JSON.stringify({ ...event, sequence_number: number }),
  }))
}

export function responseOf(answer: Answer): ResponseDocument {
  const incomplete = answer.stop === 'length'
  return {
    id: `resp_${answer.id}`,
    object: 'response',
    created_at: answer.createdAt,
    model: answer.model,
    status: incomplete ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: incomplete ? { reason: 'max_output_tokens' } : null,
    output: outputOf(answer).map(({ item }) => item),
    parallel_tool_calls: true,
    previous_response_id: null,
    store: false,
    usage: usageOf(answer),
  }
}

interface ResponseDocument {
  readonly id: string
  readonly output: readonly object[]
  readonly [field: string]: unknown
}

interface OutputItem {
  readonly item: { readonly id: string; readonly [field: string]: unknown }
  readonly parts: {
    /** What the item has not yet when it is added. */
    readonly begun: object
    /** Without the item's place. */
    readonly events: readonly { readonly type: string; readonly [field: string]: unknown }[]
  }
}

function outputOf(answer: Answer): readonly OutputItem[] {
  return [
    ...(answer.reasoning === '' ? [] : [reasoningItem(answer)]),
    ...(answer.text === '' ? [] : [messageItem(answer)]),
    ...answer.calls.map((call) => (call.freeform ? customCallItem(call) : functionCallItem(call))),
  ]
}

function reasoningItem({ id, reasoning }: Answer): OutputItem {
  const part = { type: 'summary_text', text: reasoning }
  const place = { summary_index: 0 }
  return {
    item: { id: `rs_${id}`, type: 'reasoning', summary: [part], encrypted_content: null },
    parts: {
      begun: { summary: [] },
      events: [
        { type: 'response.reasoning_summary_part.added', ...place, part: { ...part, text: '' } },
        ...toPieces(reasoning).map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...place, delta })),
        { type: 'response.reasoning_summary_text.done', ...place, text: reasoning },
        { type: 'response.reasoning_summary_part.done', ...place, part },
      ],
    },
  }
}

function messageItem({ id, text, stop }: Answer): OutputItem {
  const refused = stop === 'refusal'
  const part = refused
    ? { type: 'refusal', refusal: text }
    : { type: 'output_text', text, annotations: [], logprobs: [] }
  const place = { content_index: 0 }
  const kind = refused ? 'response.refusal' : 'response.output_text'
  return {
    item: { id: `msg_${id}`, type: 'message', role: 'assistant', status: 'completed', content: [part] },
    parts: {
      begun: { content: [] },
      events: [
        { type: 'response.content_part.added', ...place, part: { ...part, [refused ? 'refusal' : 'text']: '' } },
        ...toPieces(text).map((delta) => ({ type: `${kind}.delta`, ...place, delta })),
        { type: `${kind}.done`, ...place, [refused ? 'refusal' : 'text']: text },
        { type: 'response.content_part.done', ...place, part },
      ],
    },
  }
}

type Call = Answer['calls'][number]

function functionCallItem({ id, name, arguments: json }: Call): OutputItem {
  const item = {
    id: `fc_${id}`,
    type: 'function_call',
    status: 'completed',
    call_id: `call_${id}`,
    name,
    arguments: json,
  }
  return {
    item,
    parts: {
      begun: { arguments: '' },
      events: [
        ...toPieces(json).map((delta) => ({ type: 'response.function_call_arguments.delta', delta })),
        { type: 'response.function_call_arguments.done', arguments: json },
      ],
    },
  }
}

function customCallItem({ id, name, arguments: input }: Call): OutputItem {
  const item = { id: `ctc_${id}`, type: 'custom_tool_call', status: 'completed', call_id: `call_${id}`, name, input }
  return {
    item,
    parts: {
      begun: { input: '' },
      events: [
        ...toPieces(input).map((delta) => ({ type: 'response.custom_tool_call_input.delta', delta })),
        { type: 'response.custom_tool_call_input.done', input },
      ],
    },
  }
}

function usageOf({ usage, reasoning }: Answer): object {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cached },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: reasoning === '' ? 0 : Math.min(usage.output, 1) },
    total_tokens: usage.input + usage.output,
  }
}

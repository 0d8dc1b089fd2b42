import { toPieces, type Answer, type WireEvent } from './format.ts'
import { parseJson } from './json.ts'
import type { StopReason } from './types.ts'

/** Anthropic's stream of a message: its start, each block, the end with the whole usage. */
export function messageEvents(answer: Answer): readonly WireEvent[] {
  const message = { ...messageOf(answer), content: [], stop_reason: null, usage: usageOf(answer, 1) }
  const blocks = blocksOf(answer)
  return [
    event('message_start', { message }),
    ...blocks.flatMap((block, index) => [
      event('content_block_start', { index, content_block: block.start }),
      // Where the real one has it, so that readers must know it.
      ...(index === 0 ? [event('ping', {})] : []),
      ...block.deltas.map((delta) => event('content_block_delta', { index, delta })),
      event('content_block_stop', { index }),
    ]),
    event('message_delta', {
      delta: { stop_reason: STOP_REASONS[answer.stop], stop_sequence: null },
      usage: usageOf(answer, answer.usage.output),
    }),
    event('message_stop', {}),
  ]
}

export function messageOf(answer: Answer): object {
  return {
    id: `msg_${answer.id}`,
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: blocksOf(answer).map(({ whole }) => whole),
    stop_reason: STOP_REASONS[answer.stop],
    stop_sequence: null,
    usage: usageOf(answer, answer.usage.output),
  }
}

const STOP_REASONS: Readonly<Record<StopReason, string>> = {
  end: 'end_turn',
  calls: 'tool_use',
  length: 'max_tokens',
  refusal: 'refusal',
}

interface Block {
  readonly start: object
  readonly deltas: readonly object[]
  readonly whole: object
}

const SIGNATURE = 'c2lnbmVkLWJ5LXRoZS10ZXN0'

function blocksOf({ reasoning, text, calls }: Answer): readonly Block[] {
  const thinking: Block = {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...toPieces(reasoning).map((piece) => ({ type: 'thinking_delta', thinking: piece })),
      { type: 'signature_delta', signature: SIGNATURE },
    ],
    whole: { type: 'thinking', thinking: reasoning, signature: SIGNATURE },
  }
  const said: Block = {
    start: { type: 'text', text: '' },
    deltas: toPieces(text).map((piece) => ({ type: 'text_delta', text: piece })),
    whole: { type: 'text', text },
  }
  return [
    ...(reasoning === '' ? [] : [thinking]),
    ...(text === '' ? [] : [said]),
    ...calls.map((call): Block => {
      const tool = { type: 'tool_use', id: `toolu_${call.id}`, name: call.name }
      return {
        start: { ...tool, input: {} },
        // The first is empty, as the real one's.
        deltas: ['', ...toPieces(call.arguments)].map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
        whole: { ...tool, input: parseJson(call.arguments) },
      }
    }),
  ]
}

/** Here input tokens are those that were not cached. */
function usageOf({ usage }: Answer, output: number): object {
  return {
    input_tokens: usage.input - usage.cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cached,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
    service_tier: 'standard',
  }
}

function event(type: string, fields: object): WireEvent {
  return { name: type, data: JSON.stringify({ type, ...fields }) }
}

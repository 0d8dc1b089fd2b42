import { at, expectOrder, joined, json, list, number, string, SHELL, TEST_MODEL, type WireClient } from './client.ts'

export const messagesClient: WireClient = {
  format: 'messages',
  conversation: 'messages',
  path: () => '/v1/messages?beta=true',
  headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  body: (stream) => ({
    model: TEST_MODEL,
    max_tokens: 100,
    stream,
    system: [{ type: 'text', text: 'Be brief.' }],
    tools: [{ name: 'Bash', description: 'runs it', input_schema: SHELL }],
    messages: messagesClient.messages(),
  }),
  messages: (call) => [
    { role: 'user', content: 'Do it.' },
    ...(call === undefined
      ? []
      : [
          { role: 'assistant', content: [{ type: 'tool_use', id: call.id, name: call.name, input: call.arguments }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'done' }] },
        ]),
  ],
  hear(events) {
    const ofType = (type: string) => events.filter((event) => at(event, 'type') === type)
    const deltas = (index: unknown, field: string) =>
      joined(
        ofType('content_block_delta')
          .filter((event) => at(event, 'index') === index)
          .map((event) => at(event, 'delta', field)),
      )
    const blocks = ofType('content_block_start').map((event) => {
      const [index, block] = [at(event, 'index'), at(event, 'content_block')]
      const type = string(at(block, 'type'))
      if (type === 'text') return { type, text: deltas(index, 'text') }
      if (type === 'thinking') return { type, thinking: deltas(index, 'thinking') }
      return { type, id: at(block, 'id'), name: at(block, 'name'), input: json(deltas(index, 'partial_json')) }
    })
    expectOrder(events, 'message_start', 'message_delta', 'message_stop')
    const [end] = ofType('message_delta')
    return messagesClient.hearWhole({
      content: blocks,
      usage: at(end, 'usage'),
      stop_reason: at(end, 'delta', 'stop_reason'),
    })
  },
  hearWhole(document) {
    const blocks = list(at(document, 'content'))
    const usage = at(document, 'usage')
    const cached = number(at(usage, 'cache_read_input_tokens'))
    return {
      text: joined(blocks.map((block) => at(block, 'text'))),
      reasoning: joined(blocks.map((block) => at(block, 'thinking'))),
      calls: blocks
        .filter((block) => at(block, 'type') === 'tool_use')
        .map((block) => ({
          id: string(at(block, 'id')),
          name: string(at(block, 'name')),
          arguments: at(block, 'input'),
        })),
      usage: { input: number(at(usage, 'input_tokens')) + cached, cached, output: number(at(usage, 'output_tokens')) },
      stop: string(at(document, 'stop_reason')),
    }
  },
}

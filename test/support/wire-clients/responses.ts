import { at, expectOrder, joined, json, list, number, string, SHELL, TEST_MODEL, type WireClient } from './client.ts'

export const responsesClient: WireClient = {
  format: 'responses',
  conversation: 'input',
  path: () => '/v1/responses',
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  body: (stream) => ({
    model: TEST_MODEL,
    stream,
    instructions: 'Be brief.',
    tools: [{ type: 'function', name: 'exec_command', parameters: SHELL }, { type: 'web_search' }],
    input: responsesClient.messages(),
  }),
  messages: (call) => [
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Do it.' }] },
    ...(call === undefined
      ? []
      : [
          { type: 'function_call', call_id: call.id, name: call.name, arguments: JSON.stringify(call.arguments) },
          { type: 'function_call_output', call_id: call.id, output: 'done' },
        ]),
  ],
  hear(events) {
    const ofType = (type: string) => events.filter((event) => at(event, 'type') === type)
    const deltas = (kind: string) => joined(ofType(`response.${kind}.delta`).map((event) => at(event, 'delta')))
    const end = events.at(-1)
    const heard = responsesClient.hearWhole(at(end, 'response'))
    expectOrder(events, 'response.created', 'response.output_item.added', 'response.output_item.done')
    // What was sent piece by piece is what the whole says.
    return {
      ...heard,
      text: deltas('output_text'),
      reasoning: deltas('reasoning_summary_text'),
      calls: heard.calls.map((call) => ({ ...call, arguments: json(deltas('function_call_arguments')) })),
    }
  },
  hearWhole(document) {
    const items = list(at(document, 'output'))
    const ofType = (type: string) => items.filter((item) => at(item, 'type') === type)
    const usage = at(document, 'usage')
    return {
      text: joined(ofType('message').map((item) => at(item, 'content', 0, 'text'))),
      reasoning: joined(ofType('reasoning').map((item) => at(item, 'summary', 0, 'text'))),
      calls: ofType('function_call').map((item) => ({
        id: string(at(item, 'call_id')),
        name: string(at(item, 'name')),
        arguments: json(at(item, 'arguments')),
      })),
      usage: {
        input: number(at(usage, 'input_tokens')),
        cached: number(at(usage, 'input_tokens_details', 'cached_tokens')),
        output: number(at(usage, 'output_tokens')),
      },
      stop: string(at(document, 'status')),
    }
  },
}

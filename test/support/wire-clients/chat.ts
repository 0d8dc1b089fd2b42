import { at, joined, json, list, number, string, SHELL, TEST_MODEL, type WireClient } from './client.ts'

export const chatClient: WireClient = {
  format: 'chat',
  conversation: 'messages',
  path: () => '/v1/chat/completions',
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  body: (stream) => ({
    model: TEST_MODEL,
    stream,
    tools: [{ type: 'function', function: { name: 'bash', parameters: SHELL } }],
    messages: chatClient.messages(),
  }),
  messages: (call) => [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Do it.' },
    ...(call === undefined
      ? []
      : [
          {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: call.id,
                type: 'function',
                function: { name: call.name, arguments: JSON.stringify(call.arguments) },
              },
            ],
          },
          { role: 'tool', tool_call_id: call.id, content: 'done' },
        ]),
  ],
  hear(events) {
    const deltas = events.map((event) => at(event, 'choices', 0, 'delta'))
    const fragments = deltas.flatMap((delta) => list(at(delta, 'tool_calls')))
    const calls = fragments
      .filter((fragment) => at(fragment, 'id') !== undefined)
      .map((first) => {
        const own = fragments.filter((fragment) => at(fragment, 'index') === at(first, 'index'))
        const text = joined(own.map((fragment) => at(fragment, 'function', 'arguments')))
        return { id: at(first, 'id'), function: { name: at(first, 'function', 'name'), arguments: text } }
      })
    const text = (field: string) => joined(deltas.map((delta) => at(delta, field)))
    const message = { content: text('content'), reasoning_content: text('reasoning_content'), tool_calls: calls }
    const reason = events
      .map((event) => at(event, 'choices', 0, 'finish_reason'))
      .find((reason) => typeof reason === 'string')
    return chatClient.hearWhole({
      choices: [{ message, finish_reason: reason }],
      usage: at(events.at(-1), 'usage'),
    })
  },
  hearWhole(document) {
    const message = at(document, 'choices', 0, 'message')
    const usage = at(document, 'usage')
    return {
      text: string(at(message, 'content') ?? ''),
      reasoning: string(at(message, 'reasoning_content') ?? ''),
      calls: list(at(message, 'tool_calls')).map((call) => ({
        id: string(at(call, 'id')),
        name: string(at(call, 'function', 'name')),
        arguments: json(at(call, 'function', 'arguments')),
      })),
      usage: {
        input: number(at(usage, 'prompt_tokens')),
        cached: number(at(usage, 'prompt_tokens_details', 'cached_tokens')),
        output: number(at(usage, 'completion_tokens')),
      },
      stop: string(at(document, 'choices', 0, 'finish_reason')),
    }
  },
}

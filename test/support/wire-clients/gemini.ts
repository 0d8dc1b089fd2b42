import { at, joined, list, number, string, SHELL, TEST_MODEL, type WireClient } from './client.ts'

export const geminiClient: WireClient = {
  format: 'gemini',
  conversation: 'contents',
  path: (stream) => `/v1beta/models/${TEST_MODEL}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  headers: (key) => ({ 'x-goog-api-key': key }),
  body: () => ({
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    tools: [{ functionDeclarations: [{ name: 'run_shell_command', parametersJsonSchema: SHELL }] }],
    contents: geminiClient.messages(),
  }),
  messages: (call) => [
    { role: 'user', parts: [{ text: 'Do it.' }] },
    ...(call === undefined
      ? []
      : [
          { role: 'model', parts: [{ functionCall: { id: call.id, name: call.name, args: call.arguments } }] },
          {
            role: 'user',
            parts: [{ functionResponse: { id: call.id, name: call.name, response: { output: 'done' } } }],
          },
        ]),
  ],
  hear(events) {
    const parts = events.flatMap((event) => list(at(event, 'candidates', 0, 'content', 'parts')))
    const last = events.at(-1)
    const candidate = { content: { parts }, finishReason: at(last, 'candidates', 0, 'finishReason') }
    return geminiClient.hearWhole({ candidates: [candidate], usageMetadata: at(last, 'usageMetadata') })
  },
  hearWhole(document) {
    const parts = list(at(document, 'candidates', 0, 'content', 'parts'))
    const texts = (thought: boolean) =>
      joined(parts.filter((part) => (at(part, 'thought') === true) === thought).map((part) => at(part, 'text')))
    const usage = at(document, 'usageMetadata')
    return {
      text: texts(false),
      reasoning: texts(true),
      calls: parts
        .map((part) => at(part, 'functionCall'))
        .filter((call) => call !== undefined)
        .map((call) => ({ id: string(at(call, 'id')), name: string(at(call, 'name')), arguments: at(call, 'args') })),
      usage: {
        input: number(at(usage, 'promptTokenCount')),
        cached: number(at(usage, 'cachedContentTokenCount') ?? 0),
        output: number(at(usage, 'candidatesTokenCount')) + number(at(usage, 'thoughtsTokenCount') ?? 0),
      },
      stop: string(at(document, 'candidates', 0, 'finishReason')),
    }
  },
}

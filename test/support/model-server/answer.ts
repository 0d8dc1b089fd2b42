import type { Answer, AnswerCall } from './format.ts'
import { exampleOf, toShellCall } from './tools.ts'
import type { ModelReply, ReplyCall, SeenRequest } from './types.ts'

/** Fills in what a reply leaves out. An error says why it does not fit the request. */
export function toAnswer(reply: ModelReply, request: SeenRequest, id: string): Answer {
  const { text = '', reasoning = '', usage = { input: 100, output: 10 } } = reply
  const calls = (reply.calls ?? []).map((call, index) => toCall(call, request, `${id}${index}`))
  return {
    id,
    model: request.model,
    createdAt: Math.floor(Date.now() / 1000),
    reasoning,
    text,
    calls,
    usage: { input: usage.input, cached: usage.cached ?? 0, output: usage.output },
    stop: reply.stop ?? (calls.length > 0 ? 'calls' : 'end'),
  }
}

/**
 * What a program hears that asks for something beside its work. Where it wants JSON of a shape it gets the smallest; of
 * choices the first, which for "who speaks next" is the user: the agent has done its part.
 */
export function backgroundReply({ schema }: SeenRequest): ModelReply {
  return { text: schema === null ? 'Test' : JSON.stringify(exampleOf(schema)), usage: { input: 1, output: 1 } }
}

function toCall(call: ReplyCall, { tools }: SeenRequest, id: string): AnswerCall {
  if ('shell' in call) {
    const shell = toShellCall(tools, call.shell)
    if (shell === null) throw new Error(`no shell among the tools ${tools.map(({ name }) => name).join(', ')}`)
    return { id, name: shell.tool.name, arguments: JSON.stringify(shell.arguments), freeform: false }
  }
  const freeform = typeof call.arguments === 'string'
  const text = typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments)
  return { id, name: call.tool, arguments: text, freeform }
}

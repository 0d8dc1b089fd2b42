import type { ConversationRules } from './format.ts'
import type { Message } from './types.ts'

/** What is wrong with a conversation; empty: nothing. */
export function checkConversation(messages: readonly Message[], rules: ConversationRules): readonly string[] {
  return [...checkResults(messages, rules), ...(rules.alternate ? checkRoles(messages) : [])]
}

/** Each call has one result in its place, and each result a call. */
function checkResults(messages: readonly Message[], rules: ConversationRules): readonly string[] {
  const wrong: string[] = []
  const open = new Set<string>()
  const answered = new Set<string>()
  const close = (): void => {
    wrong.push(...[...open].map((id) => `the call ${id} has no result in its place`))
    open.clear()
  }
  for (const message of messages) {
    if (rules.results !== 'later' && message.results.length === 0) close()
    for (const { id } of message.results) {
      if (open.delete(id)) answered.add(id)
      else
        wrong.push(answered.has(id) ? `the call ${id} has a second result` : `the result ${id} has no call before it`)
    }
    if (rules.results === 'next-message') close()
    for (const { id } of message.calls) {
      if (open.has(id) || answered.has(id)) wrong.push(`the call ${id} is there twice`)
      else open.add(id)
    }
  }
  close()
  return wrong
}

function checkRoles(messages: readonly Message[]): readonly string[] {
  const spoken = messages.filter(({ role }) => role !== 'system')
  const wrong = spoken.flatMap(({ role }, index) =>
    role === 'assistant' && spoken[index - 1]?.role === 'assistant'
      ? [`message ${index} is the second of the assistant in a row`]
      : [],
  )
  return spoken[0]?.role === 'user' ? wrong : ['the conversation does not begin with the user', ...wrong]
}

import { asRecord, listOf, recordOf, textOf, type Fields } from '../fields.ts'

/** What an item of a thread asks for, under the names of the stream; tools of a server as `mcp__server__tool`. */
export function toCall(item: Fields): { readonly name: string; readonly args: Fields } {
  switch (item['type']) {
    case 'command_execution':
      return { name: 'command_execution', args: { command: item['command'] ?? null } }
    case 'file_change':
      return { name: 'file_change', args: { changes: item['changes'] ?? null } }
    case 'mcp_tool_call':
      return {
        name: `mcp__${textOf(item, 'server') ?? ''}__${textOf(item, 'tool') ?? ''}`,
        args: argumentsOf(item['arguments']),
      }
    case 'collab_tool_call':
      return { name: textOf(item, 'tool') ?? 'collab_tool_call', args: helpersOf(item) }
    case 'web_search':
      return { name: 'web_search', args: { query: item['query'] ?? null, action: item['action'] ?? null } }
    case 'todo_list':
      return { name: 'todo_list', args: { items: item['items'] ?? null } }
    default:
      return { name: textOf(item, 'type') ?? 'unknown', args: without(item, ['id', 'type', 'status']) }
  }
}

/** What came back. Kinds that are not known answer nothing: their fields are arguments all. */
export function toResult(item: Fields): { readonly content: string; readonly isError: boolean } {
  const status = textOf(item, 'status')
  const refused = status === 'failed' || status === 'declined'
  switch (item['type']) {
    case 'command_execution':
      return commandResult(item, refused)
    case 'file_change':
      return { content: changesOf(item), isError: refused }
    case 'mcp_tool_call': {
      const error = recordOf(item, 'error')
      if (error !== null) return { content: textOf(error, 'message') ?? '', isError: true }
      return { content: mcpText(recordOf(item, 'result') ?? {}), isError: refused }
    }
    case 'collab_tool_call':
      return { content: agentsOf(item), isError: refused }
    default:
      return { content: '', isError: refused }
  }
}

function commandResult(item: Fields, refused: boolean): { readonly content: string; readonly isError: boolean } {
  const output = textOf(item, 'aggregated_output') ?? ''
  const exitCode = item['exit_code']
  if (typeof exitCode !== 'number' || exitCode === 0) return { content: output, isError: refused }
  const newline = output === '' || output.endsWith('\n') ? '' : '\n'
  return { content: `${output}${newline}exit code ${exitCode}`, isError: true }
}

/** `update path`, a line each. */
function changesOf(item: Fields): string {
  return listOf(item, 'changes')
    .map((change) => asRecord(change) ?? {})
    .map((change) => `${textOf(change, 'kind') ?? 'change'} ${textOf(change, 'path') ?? ''}`)
    .join('\n')
}

function mcpText(result: Fields): string {
  const blocks = listOf(result, 'content')
  if (blocks.length > 0) return blocks.map(blockText).join('\n')
  const structured = result['structured_content']
  return structured === undefined || structured === null ? '' : toJson(structured)
}

/** Images and other data are named, not shown. */
function blockText(block: unknown): string {
  const fields = asRecord(block)
  if (fields === null) return toJson(block)
  const text = textOf(fields, 'text')
  if (text !== null) return text
  return textOf(fields, 'data') === null ? toJson(fields) : `[${textOf(fields, 'type') ?? 'data'}]`
}

/** What the agents that were started said, a line each. */
function agentsOf(item: Fields): string {
  return Object.entries(recordOf(item, 'agents_states') ?? {})
    .map(([thread, state]) => [thread, asRecord(state) ?? {}] as const)
    .map(([thread, state]) =>
      [thread, textOf(state, 'status'), textOf(state, 'message')].filter((part) => part !== null).join(' '),
    )
    .join('\n')
}

function argumentsOf(value: unknown): Fields {
  return asRecord(value) ?? (value === undefined || value === null ? {} : { value })
}

/** What other agents are asked for, and which. */
function helpersOf(item: Fields): Fields {
  return { prompt: item['prompt'] ?? null, receiver_thread_ids: item['receiver_thread_ids'] ?? null }
}

function without(item: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !keys.includes(key)))
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    // Nested deeper than the stack is.
    return ''
  }
}

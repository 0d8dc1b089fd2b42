import { asRecord, listOf, recordsIn, textOf, type Fields } from '../logs/fields.ts'

/** What is known of a tool call by now: updates replace what they name and leave the rest. */
export interface ToolCallState {
  readonly id: string
  readonly name: string
  readonly title: string | null
  readonly input: unknown
  /** Files that it is about. */
  readonly locations: readonly unknown[]
  readonly output: unknown
  readonly content: unknown
}

export function mergeToolCall(id: string, before: ToolCallState | undefined, update: Fields): ToolCallState {
  const locations = listOf(update, 'locations')
  return {
    id,
    // The name that a call came with stays: later updates put results into the title.
    name: before?.name ?? toolName(update),
    title: textOf(update, 'title') ?? before?.title ?? null,
    input: hasInput(update['rawInput']) ? update['rawInput'] : (before?.input ?? update['rawInput'] ?? null),
    locations: locations.length > 0 ? locations : (before?.locations ?? []),
    output: update['rawOutput'] ?? before?.output ?? null,
    content: update['content'] ?? before?.content ?? null,
  }
}

/** Whether the arguments are there yet: some agents tell of a call before the model has written them. */
export function hasInput(input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return input !== null && input !== undefined
  return Object.keys(input).length > 0
}

/** Where an agent does not tell them: what it shows of the call. */
export function toolArguments({ input, title, locations }: ToolCallState): Record<string, unknown> {
  if (input === null || input === undefined) {
    return { ...(title === null ? {} : { title }), ...(locations.length === 0 ? {} : { locations }) }
  }
  const record = asRecord(input)
  return record === null ? { value: input } : { ...record }
}

/** The text that a call came back with: what the tool itself printed where the agent says it, else what it shows. */
export function toolResult(call: ToolCallState, terminalOutput: (id: string) => string | null): string {
  const raw = rawOutputText(call.output)
  return raw ?? contentText(call.content, terminalOutput)
}

/** The kind of the tool; for the others the first line of its title. */
function toolName(update: Fields): string {
  const kind = textOf(update, 'kind') ?? ''
  if (kind !== '' && kind !== 'other') return kind
  return textOf(update, 'title')?.trim().split(/\r?\n/)[0] || 'tool'
}

function rawOutputText(output: unknown): string | null {
  if (output === null || output === undefined) return null
  const record = asRecord(output)
  if (record === null) return typeof output === 'string' ? output || null : JSON.stringify(output)
  for (const key of ['output', 'formatted_output', 'aggregated_output']) {
    const text = textOf(record, key) ?? ''
    if (text !== '') return text
  }
  return ['stdout', 'stderr', 'exit_code', 'status'].some((key) => key in record) ? JSON.stringify(record) : null
}

/** Text of content blocks, however deep they are wrapped; diffs and terminals in words. */
export function contentText(content: unknown, terminalOutput: (id: string) => string | null = () => null): string {
  if (typeof content === 'string') return content
  if (Array.isArray(content)) {
    const parts = content.map((item) => contentText(item, terminalOutput))
    return parts.filter((part) => part !== '').join('\n')
  }
  const record = asRecord(content)
  if (record === null) return ''
  if (record['type'] === 'diff') return diffText(record)
  if (record['type'] === 'terminal') return terminalOutput(textOf(record, 'terminalId') ?? '') ?? ''
  return textOf(record, 'text') ?? contentText(record['content'], terminalOutput)
}

/** The files that a call shows to be changed, as a tool that writes them would be told. */
export function diffsOf(update: Fields): readonly { readonly path: string; readonly content: string }[] {
  return recordsIn(listOf(update, 'content')).flatMap((block) => {
    const path = block['type'] === 'diff' ? textOf(block, 'path') : null
    return path === null ? [] : [{ path, content: textOf(block, 'newText') ?? '' }]
  })
}

function diffText(diff: Fields): string {
  const path = textOf(diff, 'path') ?? ''
  const lines = (mark: string, text: string | null): readonly string[] =>
    text === null || text === '' ? [] : text.split('\n').map((line) => mark + line)
  return [
    `--- ${path}`,
    `+++ ${path}`,
    ...lines('-', textOf(diff, 'oldText')),
    ...lines('+', textOf(diff, 'newText')),
  ].join('\n')
}

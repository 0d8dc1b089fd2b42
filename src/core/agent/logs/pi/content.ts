import { asRecord, recordOf, textOf, type Fields } from '../fields.ts'

/** What an answer of the model is made of. */
export interface MessageParts {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly args: Fields }[]
  readonly isEmpty: boolean
}

export function toMessageParts(content: unknown): MessageParts {
  const blocks = blocksOf(content)
  const text = join(blocks.map((block) => (block['type'] === 'text' ? textOf(block, 'text') : null)))
  const reasoning = join(blocks.map((block) => (block['type'] === 'thinking' ? textOf(block, 'thinking') : null)))
  const calls = blocks.flatMap((block) => {
    const id = textOf(block, 'id')
    if (block['type'] !== 'toolCall' || id === null) return []
    return { id, name: textOf(block, 'name') ?? '', args: recordOf(block, 'arguments') ?? {} }
  })
  return { text, reasoning, calls, isEmpty: text === '' && reasoning === '' && calls.length === 0 }
}

/** A tool's answer for people: its text, and of pictures that they are there. */
export function toContentText(content: unknown): string {
  if (typeof content === 'string') return content
  return blocksOf(content)
    .map((block) => textOf(block, 'text') ?? `[${textOf(block, 'mimeType') ?? textOf(block, 'type') ?? 'unknown'}]`)
    .join('\n')
}

function blocksOf(content: unknown): readonly Fields[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!Array.isArray(content)) return []
  return content.map((item: unknown) => asRecord(item)).filter((block) => block !== null)
}

function join(texts: readonly (string | null)[]): string {
  return texts.filter((text) => text !== null && text.trim() !== '').join('\n\n')
}

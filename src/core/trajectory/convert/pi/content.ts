import { asRecord, textOf } from '../../../agent/logs/fields.ts'

/** A message's content as text. Of pictures it says that they are there: they stay in the session file. */
export function toText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  const texts = content.flatMap((item: unknown) => {
    const block = asRecord(item)
    if (block === null) return []
    if (block['type'] === 'image') return `[image ${textOf(block, 'mimeType') ?? ''}]`
    return block['type'] === 'text' ? (textOf(block, 'text') ?? []) : []
  })
  return texts.join('\n').trim()
}

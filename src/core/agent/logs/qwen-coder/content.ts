import { asRecord, textOf } from '../fields.ts'

/** What a tool answered: text, or blocks of which those with text count. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .flatMap((item: unknown) => {
      const block = asRecord(item)
      return (block === null ? null : textOf(block, 'text')) ?? []
    })
    .join('\n')
}

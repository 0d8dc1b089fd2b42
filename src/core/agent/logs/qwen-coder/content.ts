import { asRecord, listOf, recordOf, textOf, type Fields } from '../fields.ts'

/** The blocks of a line's message. */
export function blocksOf(line: Fields): readonly Fields[] {
  return listOf(recordOf(line, 'message') ?? {}, 'content').flatMap((item) => {
    const block = asRecord(item)
    return block === null ? [] : [block]
  })
}

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

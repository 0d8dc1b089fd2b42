import { asRecord, listOf, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'

export interface Answer {
  readonly id: string
  readonly content: string
}

export function partsOf(message: Fields): readonly Fields[] {
  return listOf(message, 'parts').flatMap((item) => {
    const part = asRecord(item)
    return part === null ? [] : [part]
  })
}

export function userText(message: Fields): string {
  return partsOf(message)
    .map((part) => textOf(part, 'text') ?? '')
    .filter((text) => text !== '')
    .join('\n')
}

export function callIdsOf(message: Fields): readonly string[] {
  return partsOf(message).flatMap((part) => {
    const call = recordOf(part, 'functionCall')
    return call === null ? [] : [textOf(call, 'id') ?? '']
  })
}

/** Answers of tools. Of one that failed Harbor keeps nothing: here it is what it failed of. */
export function answersOf(message: Fields): readonly Answer[] {
  return partsOf(message).flatMap((part) => {
    const answer = recordOf(part, 'functionResponse')
    if (answer === null) return []
    const response = recordOf(answer, 'response') ?? {}
    return [{ id: textOf(answer, 'id') ?? '', content: toText(response['output'] ?? response['error'] ?? '') }]
  })
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

import { asRecord, listOf, recordOf, recordsIn, textOf, type Fields } from '../fields.ts'

export interface GooseCall {
  readonly id: string
  readonly name: string
  readonly args: Fields
}

export interface GooseAnswer {
  readonly id: string
  readonly text: string
  readonly isError: boolean
}

/** What a message, or a piece of one, is made of, in its order. */
export type GoosePart =
  | { readonly kind: 'text' | 'thinking'; readonly text: string }
  | { readonly kind: 'call'; readonly call: GooseCall }
  | { readonly kind: 'answer'; readonly answer: GooseAnswer }

export function partsOf(message: Fields): readonly GoosePart[] {
  return recordsIn(listOf(message, 'content')).flatMap((part) => toPart(part))
}

function toPart(part: Fields): readonly GoosePart[] {
  switch (part['type']) {
    case 'text':
      return [{ kind: 'text', text: textOf(part, 'text') ?? '' }]
    case 'thinking':
    case 'reasoning':
      return [{ kind: 'thinking', text: textOf(part, 'thinking') ?? textOf(part, 'text') ?? '' }]
    case 'toolRequest':
    case 'frontendToolRequest':
      return toCall(part)
    case 'toolResponse':
      return toAnswer(part)
    default:
      return []
  }
}

function toCall(part: Fields): readonly GoosePart[] {
  const id = textOf(part, 'id')
  const called = outcomeOf(recordOf(part, 'toolCall') ?? {})
  const value = asRecord(called) ?? {}
  if (id === null) return []
  // A call that could not be read has no name; its answer tells why.
  return [
    { kind: 'call', call: { id, name: textOf(value, 'name') ?? 'unknown', args: recordOf(value, 'arguments') ?? {} } },
  ]
}

function toAnswer(part: Fields): readonly GoosePart[] {
  const id = textOf(part, 'id')
  if (id === null) return []
  const result = recordOf(part, 'toolResult') ?? {}
  const error = result['error'] ?? result['Err']
  if (error !== undefined) return [{ kind: 'answer', answer: { id, text: errorText(error), isError: true } }]
  const value = outcomeOf(result)
  const record = asRecord(value) ?? {}
  const content = Array.isArray(value) ? (value as unknown[]) : listOf(record, 'content')
  return [{ kind: 'answer', answer: { id, text: textForModel(content), isError: record['isError'] === true } }]
}

/** `{status: "success", value: …}`, in older versions `{Ok: …}`. */
function outcomeOf(result: Fields): unknown {
  return result['value'] ?? result['Ok']
}

/** What the model was shown: some tools say the same once more for people. */
function textForModel(content: readonly unknown[]): string {
  const parts = recordsIn(content).filter((part) => textOf(part, 'text') !== null)
  const forModel = parts.filter((part) => {
    const audience = listOf(recordOf(part, 'annotations') ?? {}, 'audience')
    return audience.length === 0 || audience.includes('assistant')
  })
  return (forModel.length === 0 ? parts : forModel).map((part) => textOf(part, 'text') ?? '').join('\n')
}

function errorText(error: unknown): string {
  if (typeof error === 'string') return error
  return textOf(asRecord(error) ?? {}, 'message') ?? JSON.stringify(error) ?? ''
}

import { toPieces, type Answer, type WireEvent } from './format.ts'
import { parseJson } from './json.ts'
import type { StopReason } from './types.ts'

/** Google's stream: documents of the same shape as the whole, each with some more parts. */
export function generateEvents(answer: Answer): readonly WireEvent[] {
  const parts = [
    ...toPieces(answer.reasoning).map((text) => ({ text, thought: true })),
    ...toPieces(answer.text).map((text) => ({ text })),
    ...callParts(answer),
  ]
  const last = parts.pop() ?? { text: '' }
  const documents = [...parts.map((part) => documentOf(answer, [part], null)), documentOf(answer, [last], answer.stop)]
  return documents.map((document) => ({ name: null, data: JSON.stringify(document) }))
}

export function generateOf(answer: Answer): object {
  const { reasoning, text } = answer
  const parts = [
    ...(reasoning === '' ? [] : [{ text: reasoning, thought: true }]),
    ...(text === '' ? [] : [{ text }]),
    ...callParts(answer),
  ]
  return documentOf(answer, parts, answer.stop)
}

/** Calls end with STOP, too. */
const FINISH_REASONS: Readonly<Record<StopReason, string>> = {
  end: 'STOP',
  calls: 'STOP',
  length: 'MAX_TOKENS',
  refusal: 'SAFETY',
}

function callParts({ calls }: Answer): readonly object[] {
  return calls.map(({ id, name, arguments: json }) => ({
    functionCall: { id: `call_${id}`, name, args: parseJson(json) },
    thoughtSignature: 'c2lnbmVk',
  }))
}

function documentOf(answer: Answer, parts: readonly object[], stop: StopReason | null): object {
  const { usage, reasoning } = answer
  const thoughts = reasoning === '' ? 0 : Math.min(usage.output, 1)
  return {
    candidates: [
      {
        content: { parts, role: 'model' },
        index: 0,
        ...(stop === null ? {} : { finishReason: FINISH_REASONS[stop] }),
      },
    ],
    usageMetadata: {
      promptTokenCount: usage.input,
      ...(usage.cached === 0 ? {} : { cachedContentTokenCount: usage.cached }),
      // Thoughts are counted beside the candidates here.
      candidatesTokenCount: usage.output - thoughts,
      ...(thoughts === 0 ? {} : { thoughtsTokenCount: thoughts }),
      totalTokenCount: usage.input + usage.output,
    },
    modelVersion: answer.model,
    responseId: answer.id,
  }
}

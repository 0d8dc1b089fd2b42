import type { Fields } from '../../../agent/logs/fields.ts'

/** A step while its lines come in. */
export type Draft = MessageDraft | CallDraft

/** Words of somebody else than the model. */
export interface MessageDraft {
  readonly kind: 'message'
  readonly timestamp: string | null
  readonly source: 'system' | 'user'
  readonly text: string
}

/** One answer of the model: its words, its calls, and what came back. */
export interface CallDraft {
  readonly kind: 'call'
  /** `api_call_1`, … */
  readonly id: string
  readonly turnId: string | null
  /** Of its last words; without any, of the call that came back first. */
  timestamp: string | null
  readonly texts: string[]
  readonly thoughts: string[]
  readonly calls: DraftCall[]
  /** Of the `token_count` that closed it. */
  usage: Fields | null
  closed: boolean
  /** Calls that something will still come back for. */
  readonly waiting: Set<DraftCall>
}

export interface DraftCall {
  readonly id: string
  readonly timestamp: string | null
  readonly name: string
  readonly arguments: Fields
  readonly rawArguments: unknown
  readonly itemType: string | null
  readonly status: string | null
  /** Absent: nothing came back. */
  output?: string | null
  metadata: Fields | null
}

export function isWhole(draft: Draft): boolean {
  return draft.kind === 'message' || (draft.closed && draft.waiting.size === 0)
}

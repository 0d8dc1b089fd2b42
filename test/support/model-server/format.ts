import type { FormatName, Message, OfferedTool, StopReason } from './types.ts'

/** One vendor's way to write requests and answers down. */
export interface WireFormat {
  readonly name: FormatName
  /** What a request asks; null: it is not for a model of this format. */
  read(request: RawRequest): ReadRequest | null
  /** What a conversation must keep to. */
  readonly rules: ConversationRules
  /** An answer as the events of a stream, in order. */
  events(answer: Answer): readonly WireEvent[]
  /** An answer as one document. */
  whole(answer: Answer): unknown
  /** What the vendor says with a status that is no success. */
  error(status: number): unknown
}

export interface RawRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A request in the words that all formats share. */
export interface ReadRequest {
  readonly model: string
  readonly stream: boolean
  readonly key: string | null
  readonly system: string
  readonly tools: readonly OfferedTool[]
  readonly conversation: readonly Message[]
  readonly schema: unknown
}

export interface ConversationRules {
  /**
   * Where the results of calls stand: all in the message after them, in messages right after them, or anywhere after
   * them.
   */
  readonly results: 'next-message' | 'next-messages' | 'later'
  /** Whether it begins with the user, and the assistant never speaks twice in a row. */
  readonly alternate: boolean
}

export interface WireEvent {
  /** Of the `event:` line; null: the format has none. */
  readonly name: string | null
  readonly data: string
}

/** A reply with all of its parts. */
export interface Answer {
  /** Unique on this server, of letters and digits. */
  readonly id: string
  readonly model: string
  /** Seconds since the epoch. */
  readonly createdAt: number
  readonly reasoning: string
  readonly text: string
  readonly calls: readonly AnswerCall[]
  /** `input` includes `cached`. */
  readonly usage: { readonly input: number; readonly cached: number; readonly output: number }
  readonly stop: StopReason
}

export interface AnswerCall {
  readonly id: string
  readonly name: string
  /** JSON of an object; of a free-form tool the text. */
  readonly arguments: string
  readonly freeform: boolean
}

/** A text in pieces, as a model would send it. Characters stay whole. */
export function toPieces(text: string, length = 12): readonly string[] {
  const characters = Array.from(text)
  return Array.from({ length: Math.ceil(characters.length / length) }, (_, index) =>
    characters.slice(index * length, (index + 1) * length).join(''),
  )
}

export function bearerKey(headers: RawRequest['headers']): string | null {
  return /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? null
}

/** The path without its query. */
export function pathOf(request: RawRequest): string {
  return request.path.split('?')[0] ?? ''
}

import { z } from 'zod'
import type { FormatName } from '../model-server/index.ts'

/*
 * The least that a client of each vendor's format must do, written apart from the server, to check it with.
 */

export const TEST_KEY = 'sk-test-0123456789'
export const TEST_MODEL = 'model-1'

/** What a client got out of an answer. */
export interface Heard {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly HeardCall[]
  readonly usage: { readonly input: number; readonly cached: number; readonly output: number }
  readonly stop: string
}

export interface HeardCall {
  readonly id: string
  readonly name: string
  readonly arguments: unknown
}

export interface WireClient {
  readonly format: FormatName
  path(stream: boolean): string
  headers(key: string): Readonly<Record<string, string>>
  /** A request of a user who wants something done, with a shell among its tools. */
  body(stream: boolean): Record<string, unknown>
  /** The conversation further on: what was called, and what came of it. */
  messages(call?: HeardCall): readonly unknown[]
  /** Under which name the conversation stands in the body. */
  readonly conversation: string
  hear(events: readonly unknown[]): Heard
  hearWhole(document: unknown): Heard
}

/** The value at a path of names and places; a mistake in the answer shows as undefined. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  )
}

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const joined = (values: readonly unknown[]): string =>
  z
    .array(z.string())
    .parse(values.filter((value) => value !== undefined))
    .join('')
export const number = (value: unknown): number => z.number().parse(value)
export const string = (value: unknown): string => z.string().parse(value)
export const json = (text: unknown): unknown => JSON.parse(string(text))

export const SHELL = { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] }

/** Events of these types came in this order. */
export function expectOrder(events: readonly unknown[], ...types: readonly string[]): void {
  const places = types.map((type) => events.findIndex((event) => at(event, 'type') === type))
  if (places.some((place, index) => place <= (places[index - 1] ?? -1)))
    throw new Error(`not in this order: ${types.join(', ')} at ${places.join(', ')}`)
}

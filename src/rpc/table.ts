import type { z } from 'zod'
import type { Procedure, Topic } from '../contract/api/define.ts'

/*
 * Both ends work over any table of procedures and topics; src/contract/api/api.ts is the one of the product.
 */

export type ProcedureTable = Readonly<Record<string, Procedure>>
export type TopicTable = Readonly<Record<string, Pick<Topic, 'params' | 'item'>>>

/** What a subscription of a page needs of its topic besides. */
export type ResumableTable<Topics extends TopicTable> = {
  readonly [Name in keyof Topics]: {
    readonly resume: (
      params: z.output<Topics[Name]['params']>,
      last: z.output<Topics[Name]['item']>,
    ) => z.output<Topics[Name]['params']>
  }
}

export interface CallContext {
  readonly signal: AbortSignal
}

export type HandlersOf<Procedures extends ProcedureTable> = {
  readonly [Name in keyof Procedures]: (
    input: z.output<Procedures[Name]['input']>,
    context: CallContext,
  ) => Promise<z.output<Procedures[Name]['output']>>
}

export type SourcesOf<Topics extends TopicTable> = {
  readonly [Name in keyof Topics]: (
    params: z.output<Topics[Name]['params']>,
    context: CallContext,
  ) => AsyncIterable<z.output<Topics[Name]['item']>>
}

/** `from[key]` with the type that stands there; written out, a generic table only gives its constraint. */
export function at<From, Key extends keyof From>(from: From, key: Key): From[Key] {
  return from[key]
}

/** The name stands in the table itself: what every object has besides is no name. */
export function isNameIn<Table extends object>(table: Table, name: string): name is keyof Table & string {
  return Object.hasOwn(table, name)
}

import {
  procedures,
  topics,
  type InputOf,
  type ItemOf,
  type OutputOf,
  type ParamsOf,
  type ProcedureName,
  type TopicName,
} from '../../src/contract/api/api.ts'
import type { Service } from '../../src/engine/service.ts'

/** A service as a page sees it: every question, answer and item is checked against its schema. */
export interface ServiceClient {
  readonly call: <Name extends ProcedureName>(name: Name, input: InputOf<Name>) => Promise<OutputOf<Name>>
  /** The items of a topic until one is the one that is waited for, or it ends. */
  readonly follow: <Name extends TopicName>(
    name: Name,
    params: ParamsOf<Name>,
    isLast: (item: ItemOf<Name>) => boolean,
  ) => Promise<ItemOf<Name>[]>
}

/** `service` is asked for with each call: a suite may open another one. */
export function createServiceClient(service: () => Service): ServiceClient {
  /* oxlint-disable typescript/no-unsafe-type-assertion -- one name's own schemas, handler and source */
  return {
    async call<Name extends ProcedureName>(name: Name, input: InputOf<Name>) {
      const { signal } = new AbortController()
      const { input: given, output } = procedures[name]
      const received = given.parse(input)
      const handler = service().handlers[name] as (asked: unknown, context: { signal: AbortSignal }) => Promise<unknown>
      return output.parse(await handler(received, { signal })) as OutputOf<Name>
    },
    async follow<Name extends TopicName>(
      name: Name,
      params: ParamsOf<Name>,
      isLast: (item: ItemOf<Name>) => boolean,
    ): Promise<ItemOf<Name>[]> {
      const ended = new AbortController()
      const source = service().sources[name] as (
        given: unknown,
        context: { signal: AbortSignal },
      ) => AsyncIterable<unknown>
      const items: ItemOf<Name>[] = []
      for await (const raw of source(topics[name].params.parse(params), { signal: ended.signal })) {
        const item = topics[name].item.parse(raw) as ItemOf<Name>
        items.push(item)
        if (isLast(item)) break
      }
      ended.abort()
      return items
    },
  }
  /* oxlint-enable typescript/no-unsafe-type-assertion */
}

import type { Calls } from './calls.ts'
import { Ack, Cancel, checked, Subscribe, Subscribed } from './messages.ts'
import type { Subscriptions } from './subscriptions.ts'

/** Gives the answer, and what is to be done once it is sent. Throws AppError. */
export type OwnMethod = (params: unknown) => { readonly value: unknown; readonly after?: () => void }

/** The methods that the protocol has besides the procedures. */
export function createOwnMethods(
  calls: Calls,
  subscriptions: Subscriptions,
  { version, protocol }: { readonly version: string; readonly protocol: number },
): ReadonlyMap<string, OwnMethod> {
  return new Map<string, OwnMethod>([
    ['rpc.hello', () => ({ value: { version, protocol } })],
    [
      'rpc.subscribe',
      (params) => {
        const { topic, params: given = {} } = checked(Subscribe, params)
        const opened = subscriptions.open(topic, given)
        return { value: { subscription: opened.id }, after: () => opened.start() }
      },
    ],
    ['rpc.unsubscribe', (params) => done(subscriptions.close(checked(Subscribed, params).subscription))],
    [
      'rpc.ack',
      (params) => {
        const { subscription, batches } = checked(Ack, params)
        return done(subscriptions.acknowledge(subscription, batches))
      },
    ],
    ['rpc.cancel', (params) => done(calls.cancel(checked(Cancel, params).id))],
  ])
}

function done(_nothing: void): { readonly value: object } {
  return { value: {} }
}

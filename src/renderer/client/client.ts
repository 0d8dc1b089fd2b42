import { create } from 'zustand'
import {
  procedures,
  PROTOCOL_VERSION,
  topics,
  type InputOf,
  type ItemOf,
  type OutputOf,
  type ParamsOf,
  type ProcedureName,
  type TopicName,
} from '../../contract/api/api.ts'
import { AppError } from '../../contract/errors.ts'
import { createClient, type Client, type ClientOptions } from '../../rpc/client.ts'
import type { ConnectionState } from '../../rpc/connection.ts'

type EngineClient = Client<typeof procedures, typeof topics>

interface Connection {
  readonly client: EngineClient | null
  readonly state: ConnectionState
  /** Why the last attempt failed, until one succeeds. */
  readonly failure: ConnectionFailure | null
}

export interface ConnectionFailure {
  readonly reason: string
  /** What to do about it. */
  readonly hint: string | null
}

const useConnection = create<Connection>(() => ({ client: null, state: { state: 'connecting' }, failure: null }))

/** Connects the page to its engine; once, at boot. */
export function startClient(connect: ClientOptions<typeof procedures, typeof topics>['connect']): void {
  const client = createClient({ procedures, topics, protocol: PROTOCOL_VERSION, connect })
  const tell = (): void => {
    const state = client.state()
    const { failure: before } = useConnection.getState()
    const failure = state.state === 'closed' ? state : state.state === 'open' ? null : before
    useConnection.setState({ client, state, failure })
  }
  tell()
  client.onState(tell)
}

/** Whether the engine answers, and if not why. */
export function useConnectionState(): ConnectionState {
  return useConnection((connection) => connection.state)
}

/** Why the engine does not answer; it stays while the next attempt is under way. Null: it answers, or is tried first. */
export function useConnectionFailure(): ConnectionFailure | null {
  return useConnection((connection) => connection.failure)
}

/** Tells each time that the engine answers, the first one or again. Returns how to stop. */
export function onConnected(listener: () => void): () => void {
  return useConnection.subscribe(({ state }, before) => {
    if (state.state === 'open' && before.state.state !== 'open') listener()
  })
}

/** Whether a question failed because there was no connection, or because it was lost before the answer. */
export function isDisconnected(error: unknown): boolean {
  return error instanceof AppError && error.code === 'disconnected'
}

/** Resolves at once where the engine answers, else when it does again. */
export async function untilConnected(): Promise<void> {
  if (useConnection.getState().state.state === 'open') return
  await new Promise<void>((resolve) => {
    const stop = useConnection.subscribe(({ state }) => {
      if (state.state !== 'open') return
      stop()
      resolve()
    })
  })
}

/** Asks the engine. Rejects with AppError. */
export async function call<Name extends ProcedureName>(
  name: Name,
  input: InputOf<Name>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<OutputOf<Name>> {
  return engine().call(name, input, options)
}

/** Follows a topic across reconnects until it is stopped. */
export function follow<Name extends TopicName>(
  name: Name,
  params: ParamsOf<Name>,
  listener: {
    /** While a promise that it gave is open, it is told of no more, and the engine holds back. */
    readonly onItems: (items: readonly ItemOf<Name>[]) => void | Promise<void>
    readonly onEnd?: () => void
    readonly onError?: (error: unknown) => void
  },
): () => void {
  return engine().subscribe(name, params, listener)
}

export function reconnectNow(): void {
  engine().reconnectNow()
}

/** As soon as no attempt is under way, which may not know yet what has changed. */
export function reconnectSoon(): void {
  if (useConnection.getState().state.state !== 'connecting') return reconnectNow()
  const stop = useConnection.subscribe(({ state }) => {
    if (state.state === 'connecting') return
    stop()
    reconnectNow()
  })
}

function engine(): EngineClient {
  const { client } = useConnection.getState()
  if (client === null) throw new Error('the page asked its engine before it was connected')
  return client
}

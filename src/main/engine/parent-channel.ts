import type { MessagePortMain } from 'electron'
import type { PortLike } from '../../rpc/port-link.ts'
import type { FromEngine, ToEngine } from './messages.ts'

/** The engine's end of the channel to the app that started it. */
export interface ParentChannel {
  send(this: void, message: FromEngine): void
  /** `port` comes with `connect`. */
  onMessage(listener: (message: ToEngine, port: PortLike | null) => void): void
  /** The app is gone. */
  onGone(listener: () => void): void
}

/** As a utility process of Electron, or as a child of the app under another Node. */
export function createParentChannel(): ParentChannel {
  // Electron declares it for every process; a plain Node has none.
  return 'parentPort' in process ? createUtilityChannel(process.parentPort) : createChildChannel()
}

/** Pages' ports are handed over: what comes and goes by them never passes the app. */
function createUtilityChannel(parent: Electron.ParentPort): ParentChannel {
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
    send: (message) => parent.postMessage(message),
    onMessage(listener) {
      parent.on('message', ({ data, ports }: { data: ToEngine; ports: MessagePortMain[] }) => {
        const [port] = ports
        listener(data, port === undefined ? null : toPortLike(port))
      })
    },
    // Such a process ends with the app.
    onGone() {},
  }
}

function toPortLike(port: MessagePortMain): PortLike {
  return {
    postMessage: (message) => port.postMessage(message),
    addEventListener(type, listener) {
      if (type === 'message') port.on('message', ({ data }) => listener({ data: data as unknown }))
      else port.on('close', () => listener({}))
    },
    start: () => port.start(),
    close: () => port.close(),
  }
}

/** Pages' ports are numbered, and relayed by the app. */
function createChildChannel(): ParentChannel {
  const ports = new Map<number, RelayedPort>()
  const send = (message: FromEngine): void => {
    // The app may have gone meanwhile; `onGone` tells.
    if (process.connected) process.send?.(message, undefined, undefined, () => {})
  }
  const take = (message: ToEngine): RelayedPort | null => {
    if (message.type === 'connect' && message.port !== null) {
      const port = createRelayedPort(message.port, send, () => ports.delete(message.port ?? 0))
      ports.set(message.port, port)
      return port
    }
    if (message.type === 'port-message') ports.get(message.port)?.receive(message.message)
    if (message.type === 'port-closed') ports.get(message.port)?.ended()
    return null
  }
  return {
    send,
    onMessage: (listener) => void process.on('message', (message: ToEngine) => listener(message, take(message))),
    onGone: (listener) => void process.once('disconnect', listener),
  }
}

interface RelayedPort extends PortLike {
  receive(message: unknown): void
  ended(): void
}

function createRelayedPort(port: number, send: (message: FromEngine) => void, onEnd: () => void): RelayedPort {
  const listeners = { message: new Set<(event: { data?: unknown }) => void>(), close: new Set<() => void>() }
  const ended = (): void => {
    onEnd()
    for (const listener of listeners.close) listener()
    listeners.close.clear()
  }
  return {
    postMessage: (message) => send({ type: 'port-message', port, message }),
    addEventListener(type, listener) {
      if (type === 'message') listeners.message.add(listener)
      else listeners.close.add(() => listener({}))
    },
    close() {
      onEnd()
      send({ type: 'port-closed', port })
    },
    receive(data) {
      for (const listener of listeners.message) listener({ data })
    },
    ended,
  }
}

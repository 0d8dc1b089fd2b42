import { AppError } from '../../contract/errors.ts'
import type { EngineGoneMessage, EnginePortMessage, HostBridge } from '../../contract/host/bridge.ts'
import { createPortLink } from '../../rpc/port-link.ts'
import type { Link } from '../../rpc/link.ts'
import type { Host } from './host.ts'

/** The host of the app's window. */
export function createAppHost(bridge: HostBridge): Host {
  return {
    can: { pickFolder: true, reveal: true, restartEngine: true, ownAllKeys: true },
    connect: async (signal) => openPort(bridge, signal),
    onInvited: () => () => {},
    pickFolder: async () => bridge.pickFolder(),
    reveal: async (path) => bridge.reveal(path),
    notify: (title, body) => bridge.notify(title, body),
    prepareToNotify: () => {},
    restartEngine: async () => bridge.restartEngine(),
    onMenu: (listener) => bridge.onMenu(listener),
  }
}

async function openPort(bridge: HostBridge, signal: AbortSignal): Promise<Link> {
  return new Promise((resolve, reject) => {
    const done = new AbortController()
    addEventListener(
      'message',
      (event: MessageEvent<unknown>) => {
        const message = toOwnMessage(event)
        if (message?.type !== 'tbcc:engine') return
        done.abort()
        const [port] = event.ports
        if (port !== undefined) resolve(linkWhileEngineRuns(port))
        else reject(new AppError('disconnected', message.refused ?? 'the engine gave no port'))
      },
      { signal: done.signal },
    )
    signal.addEventListener('abort', () => {
      done.abort()
      reject(new AppError('cancelled', 'the connection is not needed any more'))
    })
    bridge.openEngine()
  })
}

/** Not every port of a page tells that its other end is gone; the host does. */
function linkWhileEngineRuns(port: MessagePort): Link {
  const link = createPortLink(port)
  const closed = new AbortController()
  addEventListener(
    'message',
    (event: MessageEvent<unknown>) => {
      const message = toOwnMessage(event)
      if (message?.type === 'tbcc:engine-gone') link.close(message.reason)
    },
    { signal: closed.signal },
  )
  link.onClose(() => closed.abort())
  return link
}

function toOwnMessage({ data, source }: MessageEvent<unknown>): EnginePortMessage | EngineGoneMessage | null {
  return source === window && isOwnMessage(data) ? data : null
}

function isOwnMessage(data: unknown): data is EnginePortMessage | EngineGoneMessage {
  if (typeof data !== 'object' || data === null || !('type' in data)) return false
  return data.type === 'tbcc:engine' || data.type === 'tbcc:engine-gone'
}

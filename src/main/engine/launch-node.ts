import { fork } from 'node:child_process'
import type { MessagePortMain } from 'electron'
import { report } from '../report.ts'
import { keepTail, type EngineProcess, type LaunchEngine } from './launch.ts'
import type { FromEngine, ToEngine } from './messages.ts'

/** Runs the engine under a given Node (`TBCC_ENGINE_NODE`), as a child of this process, which relays the pages' ports. */
export function launchUnderNode(node: string, entry: string): LaunchEngine {
  return (listener) => {
    const ports = createRelay((message) => send(message))
    const child = fork(entry, [], {
      execPath: node,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    })
    const stderr = keepTail(child.stderr)
    const send = (message: ToEngine): void => {
      // Its end is told by `exit`; what could not be sent to it is lost as what it had not read.
      if (child.connected) child.send(message, () => {})
    }
    const end = once((how: string) => {
      ports.closeAll()
      stderr()
        .then((text) => listener.onExit({ how, stderr: text }))
        .catch((error: unknown) => report('the end of the engine', error))
    })
    child.on('message', (message: FromEngine) => {
      if (!ports.take(message)) listener.onMessage(message)
    })
    child.once('error', (error) => end(`before it ran: ${error.message}`))
    child.once('exit', (code, signal) => end(signal === null ? `with code ${code ?? '?'}` : `by ${signal}`))
    return { send, connect: ports.connect, kill: () => void child.kill('SIGKILL') }
  }
}

interface Relay extends Pick<EngineProcess, 'connect'> {
  /** True: the message was for a port. */
  take(message: FromEngine): boolean
  closeAll(): void
}

function createRelay(send: (message: ToEngine) => void): Relay {
  const ports = new Map<number, MessagePortMain>()
  let last = 0
  return {
    connect(port) {
      const number = (last += 1)
      ports.set(number, port)
      port.on('message', ({ data }) => send({ type: 'port-message', port: number, message: data as unknown }))
      port.on('close', () => {
        if (ports.delete(number)) send({ type: 'port-closed', port: number })
      })
      send({ type: 'connect', port: number })
      port.start()
    },
    take(message) {
      if (message.type === 'port-message') {
        ports.get(message.port)?.postMessage(message.message)
        return true
      }
      if (message.type !== 'port-closed') return false
      const port = ports.get(message.port)
      ports.delete(message.port)
      port?.close()
      return true
    },
    closeAll() {
      for (const port of ports.values()) port.close()
      ports.clear()
    },
  }
}

function once<Args extends readonly unknown[]>(action: (...args: Args) => void): (...args: Args) => void {
  let isDone = false
  return (...args) => {
    if (isDone) return
    isDone = true
    action(...args)
  }
}

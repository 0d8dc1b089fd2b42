import type { MessagePortMain } from 'electron'
import type { FromEngine, ToEngine } from './messages.ts'

/** A process of the engine, as the app sees it. */
export interface EngineProcess {
  send(this: void, message: ToEngine): void
  /** Gives the engine one end of a channel, whose other end a page has. */
  connect(this: void, port: MessagePortMain): void
  /** At once, without a word to it. */
  kill(this: void): void
}

export interface EngineListener {
  onMessage(message: FromEngine): void
  /** Told once, also where it could not be started. `stderr`: the last it said. */
  onExit(end: { readonly how: string; readonly stderr: string }): void
}

/** Starts a process of the engine. Does not throw: what goes wrong is told as its end. */
export type LaunchEngine = (listener: EngineListener) => EngineProcess

/**
 * Passes on what the engine writes to stderr, and keeps its end: the reason, where it does not start. The returned
 * function waits for the rest of it, but not for a child of the engine that has the stream too.
 */
export function keepTail(stream: NodeJS.ReadableStream | null): () => Promise<string> {
  let tail = ''
  stream?.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk)
    tail = (tail + chunk.toString()).slice(-MAX_TAIL)
  })
  const ended = new Promise<void>((resolve) => {
    if (stream === null) resolve()
    stream?.once('end', resolve)
  })
  return async () => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_WORDS_MS)
    })
    await Promise.race([ended, late])
    clearTimeout(timer)
    return tail.trim()
  }
}

const MAX_TAIL = 4096
const LAST_WORDS_MS = 250

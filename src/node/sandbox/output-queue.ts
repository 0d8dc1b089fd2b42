import type { Socket } from 'node:net'
import type { OutputChunk } from '../../core/environment/backend.ts'
import { createSilence } from '../silence.ts'

/** Nothing for so long after the command has ended: what still holds its pipes is a daemon that it left behind. */
const QUIET_MS = 250
/**
 * A daemon that writes a little now and then would never be quiet: output that flows fills a pipe in such a time, a trickle
 * does not.
 */
const TRICKLE_MS = 2000
const PIPE_BYTES = 65_536
/** What a command can have left in its two pipes, even after asking for the largest that the kernel gives. */
const LARGEST_LEFTOVER_BYTES = 2 * 1024 ** 2

/** The output of a command, in order of arrival, read only as fast as it is taken. */
export interface OutputQueue {
  /** The next chunk; null when both streams have ended or been let go. One call at a time. */
  next(): Promise<OutputChunk | null>
  /** The command has ended: from now on its streams are let go when they fall quiet, but never while data flows. */
  expectEnd(): void
  /** Nobody wants to wait any longer: what the ended command itself has written is still passed on, and no more. */
  hurry(): void
  /**
   * Streams that were let go: what is still written to them is read and dropped, so that a daemon neither blocks nor dies.
   * Empty before `next` has answered null.
   */
  readonly leftOpen: readonly Socket[]
  /** Closes what was not let go. */
  destroy(): void
}

export function createOutputQueue(stdout: Socket, stderr: Socket): OutputQueue {
  const sockets = [stdout, stderr]
  const waiting: OutputChunk[] = []
  const open = new Set(sockets)
  const leftOpen: Socket[] = []
  let wake: (() => void) | null = null
  const silence = createSilence(QUIET_MS, letGo)
  let trickle: NodeJS.Timeout | null = null
  let ending = false
  let bytes = 0
  let bytesSinceEnd = 0
  let hurried = false

  function letGo(): void {
    for (const socket of open) {
      leftOpen.push(socket)
      socket.removeAllListeners('data')
      socket.on('data', () => undefined)
      socket.resume()
      socket.unref()
    }
    open.clear()
    wake?.()
  }

  function watchQuiet(): void {
    if (ending && wake !== null && open.size > 0) silence.begin()
    else silence.end()
  }

  function watchTrickle(): void {
    bytes = 0
    let trickled = false
    trickle = setInterval(() => {
      const trickles = bytes < PIPE_BYTES && wake !== null
      // One look first, in case that this process was held up; a daemon might be heard in each.
      if (trickles && trickled) letGo()
      else if (trickles) silence.look()
      trickled = trickles
      bytes = 0
    }, TRICKLE_MS)
  }

  function stopWatching(): void {
    silence.end()
    if (trickle !== null) clearInterval(trickle)
    trickle = null
  }

  function listen(socket: Socket, stream: OutputChunk['stream']): void {
    socket.on('data', (data: Buffer) => {
      silence.end()
      bytes += data.length
      if (ending) bytesSinceEnd += data.length
      waiting.push({ stream, data })
      for (const other of open) other.pause()
      wake?.()
      if (hurried && bytesSinceEnd > LARGEST_LEFTOVER_BYTES) letGo()
    })
    socket.on('error', () => undefined)
    socket.once('close', () => {
      open.delete(socket)
      wake?.()
    })
  }

  listen(stdout, 'stdout')
  listen(stderr, 'stderr')
  for (const socket of sockets) socket.pause()
  return {
    leftOpen,
    async next() {
      while (waiting.length === 0 && open.size > 0) {
        for (const socket of open) socket.resume()
        await new Promise<void>((resolve) => {
          wake = resolve
          watchQuiet()
        })
        wake = null
      }
      silence.end()
      const chunk = waiting.shift() ?? null
      if (chunk === null) stopWatching()
      return chunk
    },
    expectEnd() {
      if (ending) return
      ending = true
      watchQuiet()
      if (open.size > 0) watchTrickle()
    },
    hurry() {
      hurried = true
    },
    destroy() {
      stopWatching()
      for (const socket of sockets) if (!leftOpen.includes(socket)) socket.destroy()
      open.clear()
      wake?.()
    },
  }
}

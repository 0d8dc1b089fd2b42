import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from './types.ts'

/** The way back to one client. */
export interface Line {
  /** Resolves when the bytes are with the system. */
  write(bytes: Uint8Array): Promise<void>
  end(): void
  /** Ends the connection in the middle. */
  destroy(): void
}

/** Sends what an answer consists of, or as much of it as its faults let through. Never throws. */
export async function deliver(
  line: Line,
  events: readonly Uint8Array[],
  faults: Faults,
  signal: AbortSignal,
): Promise<void> {
  const { chunkBytes, dropAfterEvents, stallAfterEvents } = faults
  const sent = events.slice(0, dropAfterEvents ?? stallAfterEvents ?? events.length)
  const pieces = chunkBytes === undefined ? sent : cut(Buffer.concat(sent), chunkBytes)
  for (const piece of pieces) {
    if (signal.aborted) return
    await line.write(piece)
  }
  if (dropAfterEvents !== undefined) return line.destroy()
  if (stallAfterEvents !== undefined) await untilAborted(signal)
  line.end()
}

/** Waits as the faults say; false: there is nobody left to answer. */
export async function holdBack({ delayMs = 0, never = false }: Faults, signal: AbortSignal): Promise<boolean> {
  if (never) await untilAborted(signal)
  else if (delayMs > 0) await sleep(delayMs, null, { signal }).catch(() => {})
  return !signal.aborted
}

export function cut(bytes: Uint8Array, length: number): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    bytes.subarray(index * length, (index + 1) * length),
  )
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

import type { OutputPiece } from '../../../contract/api/trials.ts'

/** What a replay writes into. */
export interface FeedScreen {
  reset(): void
  /** Resolves when the text has been taken in. */
  write(text: string): Promise<void>
}

export interface ReplayFeed {
  /** Shows the output as it was when so many bytes had been printed. A newer wish replaces an older one. */
  show(byte: number): void
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
  dispose(): void
}

/** Before a position that is jumped to, so much is fed: enough for any screen, however long the log is. */
export const WINDOW_BYTES = 256 * 1024
const CHUNK_BYTES = 64 * 1024

/**
 * Moves a terminal through recorded output. Small steps forward are written on; backwards, or far ahead, the screen
 * begins anew with the last of what came before. One chunk is under way at a time.
 */
export function createReplayFeed(
  screen: FeedScreen,
  read: (from: number, limit: number) => Promise<OutputPiece>,
  onError: (error: unknown) => void,
  /** What stands in the screen already, where that is output up to some position. */
  begunAt: number | null = null,
): ReplayFeed {
  let wanted = 0
  let shown = begunAt
  let running: Promise<void> | null = null
  let disposed = false

  const begin = (target: number): number => {
    screen.reset()
    return Math.max(0, target - WINDOW_BYTES)
  }
  const pump = async (): Promise<void> => {
    while (!disposed && shown !== wanted) {
      const target = wanted
      const isNew: boolean = shown === null || target < shown || target - shown > WINDOW_BYTES
      const from: number = isNew || shown === null ? begin(target) : shown
      shown = from
      if (from === target) break
      const piece = await read(from, Math.min(target - from, isNew ? WINDOW_BYTES : CHUNK_BYTES))
      if (disposed) return
      await screen.write(isNew && from > 0 ? fromWholeLine(piece.text) : piece.text)
      // A position within a character is never reached exactly.
      shown = piece.to > from && piece.to < target ? piece.to : target
    }
  }
  const start = (): void => {
    running ??= pump()
      .then(() => false)
      .catch((error: unknown) => {
        shown = null
        if (!disposed) onError(error)
        return true
      })
      .then((failed) => {
        running = null
        // A wish that came as the last one was done.
        if (!failed && !disposed && shown !== wanted) start()
      })
  }
  return {
    show(byte) {
      wanted = byte
      start()
    },
    settled: async () => running ?? undefined,
    dispose() {
      disposed = true
    },
  }
}

/** The text without its first, cut line; whole where it has only one. */
function fromWholeLine(text: string): string {
  const end = text.indexOf('\n')
  return end < 0 || end === text.length - 1 ? text : text.slice(end + 1)
}

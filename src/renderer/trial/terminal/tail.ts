import type { OutputPiece } from '../../../contract/api/trials.ts'
import type { FeedScreen } from './feed.ts'

export interface Tail {
  /** Shows what was printed next. Resolves when more may come: whoever sends is held back until then, and skips ahead. */
  take(pieces: readonly OutputPiece[]): Promise<void>
}

/** Nobody reads more than this at once; it is some twenty screens full. */
export const MAX_CHARS = 128 * 1024
/** Of so much no line stays where it can be read: every other frame is left out, which halves the work of drawing it. */
export const FLOOD_CHARS = 16 * 1024

/**
 * Shows output as it is printed: at most one write a frame, of a bounded size, whatever the speed. `onShown` is told the position
 * up to which it is written and how many bytes before it were left out.
 */
export function createTail(
  screen: FeedScreen,
  nextFrame: () => Promise<void>,
  onShown: (to: number, skippedBytes: number) => void,
): Tail {
  let end: number | null = null
  return {
    async take(pieces) {
      const last = pieces.at(-1)
      if (last === undefined) return
      const { text, from } = lastOf(pieces)
      const skippedBytes = end === null ? 0 : Math.max(0, from - end)
      end = last.to
      // What was left out may have begun a colour.
      const written = screen.write(skippedBytes > 0 ? `\u001b[0m${text}` : text)
      // At once: what was handed over is drawn before all that is written later, and cannot be taken back.
      onShown(last.to, skippedBytes)
      await written
      await nextFrame()
      if (text.length > FLOOD_CHARS) await nextFrame()
    },
  }
}

/** The last of what was printed, from the beginning of a line on where something of it is left out. */
function lastOf(pieces: readonly OutputPiece[]): { readonly text: string; readonly from: number } {
  let text = ''
  let from = pieces.at(-1)?.to ?? 0
  for (const piece of pieces.toReversed()) {
    const room = MAX_CHARS - text.length
    // A gap before a later piece is one that the sender made; what stands before it comes too late.
    if (room <= 0 || piece.to !== from) break
    if (piece.text.length > room) {
      const tail = piece.text.slice(-room)
      const whole = tail.slice(tail.indexOf('\n') + 1)
      const share = whole.length / piece.text.length
      return { text: whole + text, from: Math.round(piece.to - share * (piece.to - piece.from)) }
    }
    text = piece.text + text
    from = piece.from
  }
  return { text, from }
}

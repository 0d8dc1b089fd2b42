import { closeSync, fstatSync } from 'node:fs'
import { EVENTS_FILE } from '../../node/read/layout.ts'
import { openBelow } from '../../node/read/safe-read.ts'
import { wholeCharacters } from '../terminals/whole-characters.ts'
import { readAt } from './file-content.ts'

/** As Harbor names it. */
const LOG_FILE = 'job.log'
const TAIL_BYTES = 256 * 1024

/**
 * The end of the log of a job that another program ran; `text` null: it has none, or is a job of ours, whose events say
 * more. `from`: so many bytes stand before.
 */
export function readJobLog(directory: string): { text: string | null; from: number } {
  const events = openBelow(directory, [EVENTS_FILE])
  if (events !== null) {
    closeSync(events)
    return { text: null, from: 0 }
  }
  const file = openBelow(directory, [LOG_FILE])
  if (file === null) return { text: null, from: 0 }
  try {
    const { size } = fstatSync(file)
    const at = Math.max(0, size - TAIL_BYTES)
    const bytes = readAt(file, at, size - at)
    const cut = wholeCharacters(bytes, { first: at === 0, last: true })
    return { text: bytes.toString('utf8', cut.from, cut.to), from: at + cut.from }
  } finally {
    closeSync(file)
  }
}

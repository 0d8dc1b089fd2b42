import type { Complaints } from '../fields.ts'
import type { LogFailure } from '../log-parser.ts'
import { withoutColours } from '../stray.ts'

/** The program's own words, and how it crashed. */
export interface CrashReader {
  line(text: string): void
  /** What was read since the last section is no word of the program. */
  forget(): void
  /** What was read since the last section is the program's. */
  keep(): void
  /** Closes the last paragraph; what it crashed of, null: it did not. */
  end(): LogFailure | null
}

/**
 * Reads what the program prints when it gives up: boxes with its own source code, which say nothing, and below them the
 * error in a paragraph that is broken at 80 columns, which is put together again.
 */
export function createCrashReader(complaints: Complaints): CrashReader {
  let paragraph: string[] = []
  let crashed = false
  let last: string | null = null
  let unsettled: string[] = []
  const close = (): void => {
    const text = paragraph.join(' ')
    paragraph = []
    if (text === '') return
    unsettled.push(text)
    if (unsettled.length > MAX_PARAGRAPHS) unsettled.shift()
    if (crashed) last = text
  }
  const keep = (): void => {
    close()
    for (const text of unsettled) complaints.add(text)
    unsettled = []
  }
  return {
    keep,
    forget() {
      paragraph = []
      unsettled = []
      crashed = false
      last = null
    },
    line(coloured) {
      const text = withoutColours(coloured)
      const isBox = /^[╭│╰]/.test(text)
      if (isBox || text.trim() === '') close()
      else if (paragraph.length < MAX_LINES) paragraph.push(text.trim())
      if (text.startsWith('╭')) crashed = true
    },
    end() {
      keep()
      if (last === null) return null
      const kind = /^([A-Za-z_][\w.]*)(?:: |$)/.exec(last)?.[1] ?? 'crash'
      return { kind, message: last, status: null }
    },
  }
}

const MAX_LINES = 100
const MAX_PARAGRAPHS = 200

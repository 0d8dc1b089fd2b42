import { createColumn, findInOrder } from './columns.ts'
import type { Demand, LineReaderLimits } from './line-reader.ts'

/** Which lines make which step, by the bytes they begin at: for a log of a gigabyte, some numbers a line. */
export interface LineChains {
  readonly length: number
  /** A new chain; its number. */
  add(): number
  /** Lines come in the order of their file. */
  append(chain: number, at: number): void
  readonly linesOf: (chain: number) => readonly number[]
  /** In how many chains the line is. */
  readonly demandOf: (at: number) => Demand
}

export function createLineChains(): LineChains {
  /** First and last entry of a chain, the entry after each: one more than its number; 0: none. */
  const head = createColumn('count')
  const tail = createColumn('count')
  const next = createColumn('count')
  const places = createColumn('number')
  return {
    get length() {
      return head.length
    },
    add() {
      head.push(0)
      tail.push(0)
      return head.length - 1
    },
    append(chain, at) {
      places.push(at)
      next.push(0)
      const last = tail.at(chain)
      if (last === 0) head.set(chain, places.length)
      else next.set(last - 1, places.length)
      tail.set(chain, places.length)
    },
    linesOf: (chain) => {
      const lines: number[] = []
      for (let entry = head.at(chain); entry !== 0; entry = next.at(entry - 1)) lines.push(places.at(entry - 1))
      return lines
    },
    demandOf: (at) => {
      const entry = findInOrder(places.length, (index) => places.at(index) - at)
      if (entry === null) return 'none'
      return entry + 1 < places.length && places.at(entry + 1) === at ? 'several' : 'once'
    },
  }
}

/** For reading chains of one file in their order: the lines of a step stand close together. */
export const CHAIN_READING: LineReaderLimits = { skipBytes: 4 * 1024 ** 2, keptChars: 1024 ** 2, openFiles: 1 }

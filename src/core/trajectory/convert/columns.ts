/**
 * A list of numbers that grows without an object per number, and without ever being copied: the index of a log has
 * millions, and large blocks that come and go leave holes in the memory.
 */
export interface Column {
  readonly length: number
  push(value: number): void
  at(index: number): number
  set(index: number, value: number): void
}

/** The first of so many entries that the comparison is 0 for; null: none. It must rise from the first to the last of them. */
export function findInOrder(length: number, compare: (index: number) => number): number | null {
  let [from, to] = [0, length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (compare(middle) < 0) from = middle + 1
    else to = middle
  }
  return from < length && compare(from) === 0 ? from : null
}

type ColumnKind = 'byte' | 'count' | 'number'

/** `length`: zeros that it begins with. */
export function createColumn(kind: ColumnKind, length = 0): Column {
  const pages: Page[] = []
  const addPages = (size: number): void => {
    while (pages.length * PAGE < size) pages.push(createPage(kind))
  }
  let used = length
  addPages(length)
  return {
    get length() {
      return used
    },
    push: (value) => {
      addPages(used + 1)
      write(pages, used, value)
      used += 1
    },
    at: (index) => pages[index >>> PAGE_BITS]?.[index & (PAGE - 1)] ?? 0,
    set: (index, value) => write(pages, index, value),
  }
}

type Page = Uint8Array | Uint32Array | Float64Array

const PAGE_BITS = 13
const PAGE = 2 ** PAGE_BITS

function createPage(kind: ColumnKind): Page {
  if (kind === 'byte') return new Uint8Array(PAGE)
  return kind === 'count' ? new Uint32Array(PAGE) : new Float64Array(PAGE)
}

function write(pages: readonly Page[], index: number, value: number): void {
  const page = pages[index >>> PAGE_BITS]
  if (page !== undefined) page[index & (PAGE - 1)] = value
}

/** Texts by a number each, kept as 64 bits of their hash. */
export interface HashTable {
  /** Null where the text is new. */
  get(hash: Hash): number | null
  set(hash: Hash, value: number): void
}

export interface Hash {
  readonly high: number
  readonly low: number
}

export function createHashTable(): HashTable {
  let slots = createSlots(PAGE)
  let used = 0
  const grow = (): void => {
    const old = slots
    slots = createSlots(old.values.length * 2)
    for (let slot = 0; slot < old.values.length; slot += 1) {
      const value = old.values.at(slot)
      if (value !== 0) place(slots, { high: old.high.at(slot), low: old.low.at(slot) }, value)
    }
  }
  return {
    get: (hash) => {
      const value = slots.values.at(find(slots, hash))
      return value === 0 ? null : value - 1
    },
    set: (hash, value) => {
      if (used * 10 > slots.values.length * 7) grow()
      if (place(slots, hash, value + 1)) used += 1
    },
  }
}

/** Two hashes of 32 bits over the text's characters. */
export function hashOf(text: string): Hash {
  let high = 0x811c9dc5
  let low = 0x9e3779b9
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul((low << 5) ^ (low >>> 27) ^ code, 0x85ebca6b)
  }
  return { high: (high ^ (low >>> 15)) >>> 0, low: low >>> 0 }
}

interface Slots {
  readonly high: Column
  readonly low: Column
  /** One more than the value; 0: free. */
  readonly values: Column
}

function createSlots(size: number): Slots {
  return { high: createColumn('count', size), low: createColumn('count', size), values: createColumn('count', size) }
}

/** The slot of the hash, or the free one where it belongs. */
function find({ high, low, values }: Slots, hash: Hash): number {
  const mask = values.length - 1
  let slot = (hash.low ^ hash.high) & mask
  while (values.at(slot) !== 0 && (high.at(slot) !== hash.high || low.at(slot) !== hash.low)) slot = (slot + 1) & mask
  return slot
}

/** True where the hash is new. */
function place(slots: Slots, hash: Hash, value: number): boolean {
  const slot = find(slots, hash)
  const isNew = slots.values.at(slot) === 0
  slots.high.set(slot, hash.high)
  slots.low.set(slot, hash.low)
  slots.values.set(slot, value)
  return isNew
}

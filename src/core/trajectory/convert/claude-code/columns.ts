/** A list of numbers that grows without an object per number: the index of a log has millions. */
export interface Column {
  readonly length: number
  push(value: number): void
  at(index: number): number
  set(index: number, value: number): void
}

export function createColumn(kind: 'byte' | 'count' | 'number'): Column {
  let values = allocate(kind, 1024)
  let length = 0
  return {
    get length() {
      return length
    },
    push: (value) => {
      if (length === values.length) {
        const grown = allocate(kind, length * 2)
        grown.set(values)
        values = grown
      }
      values[length] = value
      length += 1
    },
    at: (index) => (index < length ? (values[index] ?? 0) : 0),
    set: (index, value) => {
      values[index] = value
    },
  }
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
  let slots = createSlots(1024)
  let used = 0
  const grow = (): void => {
    const old = slots
    slots = createSlots(old.values.length * 2)
    for (const [index, value] of old.values.entries()) {
      if (value !== 0) place(slots, { high: old.high[index] ?? 0, low: old.low[index] ?? 0 }, value)
    }
  }
  return {
    get: (hash) => {
      const value = slots.values[find(slots, hash)] ?? 0
      return value === 0 ? null : value - 1
    },
    set: (hash, value) => {
      if (used * 10 > slots.values.length * 6) grow()
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
  readonly high: Uint32Array
  readonly low: Uint32Array
  /** One more than the value; 0: free. */
  readonly values: Uint32Array
}

function createSlots(size: number): Slots {
  return { high: new Uint32Array(size), low: new Uint32Array(size), values: new Uint32Array(size) }
}

/** The slot of the hash, or the free one where it belongs. */
function find({ high, low, values }: Slots, hash: Hash): number {
  const mask = values.length - 1
  let slot = (hash.low ^ hash.high) & mask
  while (values[slot] !== 0 && (high[slot] !== hash.high || low[slot] !== hash.low)) slot = (slot + 1) & mask
  return slot
}

/** True where the hash is new. */
function place(slots: Slots, hash: Hash, value: number): boolean {
  const slot = find(slots, hash)
  const isNew = slots.values[slot] === 0
  slots.high[slot] = hash.high
  slots.low[slot] = hash.low
  slots.values[slot] = value
  return isNew
}

function allocate(kind: 'byte' | 'count' | 'number', size: number): Uint8Array | Uint32Array | Float64Array {
  if (kind === 'byte') return new Uint8Array(size)
  return kind === 'count' ? new Uint32Array(size) : new Float64Array(size)
}

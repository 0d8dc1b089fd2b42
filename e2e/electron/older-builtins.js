// Built-ins that Chrome 108 does not have: put before the page where it is built for the old Electron of these tests, so
// that one source serves both. Only what the page and its libraries use; nothing of this is in a shipped build.
/** @param {object} target @param {Record<string, unknown>} members */
function add(target, members) {
  for (const [name, value] of Object.entries(members)) {
    if (!Object.hasOwn(target, name)) Object.defineProperty(target, name, { value, writable: true, configurable: true })
  }
}

add(Array.prototype, {
  /** @this {unknown[]} */
  toReversed() {
    // oxlint-disable-next-line unicorn/no-array-reverse -- it is what is being made
    return [...this].reverse()
  },
  /** @this {unknown[]} @param {(a: unknown, b: unknown) => number} [compare] */
  toSorted(compare) {
    return [...this].sort(compare)
  },
  /** @this {unknown[]} @param {[number, number, ...unknown[]]} args */
  toSpliced(...args) {
    const copy = [...this]
    copy.splice(...args)
    return copy
  },
  /** @this {unknown[]} @param {number} index @param {unknown} value */
  with(index, value) {
    const copy = [...this]
    copy[index < 0 ? copy.length + index : index] = value
    return copy
  },
})

add(Object, {
  /** @param {Iterable<unknown>} items @param {(item: unknown, index: number) => PropertyKey} toKey */
  groupBy(items, toKey) {
    return Object.fromEntries(grouped(items, toKey))
  },
})
add(Map, { groupBy: grouped })

/** @template K @param {Iterable<unknown>} items @param {(item: unknown, index: number) => K} toKey */
function grouped(items, toKey) {
  /** @type {Map<K, unknown[]>} */
  const groups = new Map()
  let index = 0
  for (const item of items) {
    const key = toKey(item, index++)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

add(Promise, {
  withResolvers() {
    /** @type {Record<string, unknown>} */
    const parts = {}
    parts['promise'] = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }))
    return parts
  },
  /** @param {(...args: unknown[]) => unknown} action @param {unknown[]} args */
  try: async (action, ...args) => action(...args),
})

add(URL, {
  /** @param {string} url @param {string} [base] */
  canParse(url, base) {
    try {
      // oxlint-disable-next-line no-new -- whether it throws is the answer
      new URL(url, base)
      return true
    } catch {
      return false
    }
  },
})

add(AbortSignal, {
  /** @param {Iterable<AbortSignal>} signals */
  any(signals) {
    const either = new AbortController()
    for (const signal of signals) {
      if (signal.aborted) either.abort(signal.reason)
      else signal.addEventListener('abort', () => either.abort(signal.reason), { once: true, signal: either.signal })
    }
    return either.signal
  },
})

add(Set.prototype, {
  /** @this {Set<unknown>} @param {Set<unknown>} other */
  union(other) {
    return new Set([...this, ...other])
  },
  /** @this {Set<unknown>} @param {Set<unknown>} other */
  intersection(other) {
    return new Set([...this].filter((item) => other.has(item)))
  },
  /** @this {Set<unknown>} @param {Set<unknown>} other */
  difference(other) {
    return new Set([...this].filter((item) => !other.has(item)))
  },
  /** @this {Set<unknown>} @param {Set<unknown>} other */
  isSubsetOf(other) {
    return [...this].every((item) => other.has(item))
  },
  /** @this {Set<unknown>} @param {Set<unknown>} other */
  isSupersetOf(other) {
    return [...other].every((item) => this.has(item))
  },
  /** @this {Set<unknown>} @param {Set<unknown>} other */
  isDisjointFrom(other) {
    return ![...this].some((item) => other.has(item))
  },
})

// Not lazy, as the real ones are: the page uses them on what is small.
const iterator = /** @type {object} */ (Object.getPrototypeOf(Object.getPrototypeOf([].values())))
for (const name of ['map', 'filter', 'flatMap', 'some', 'every', 'find', 'forEach', 'reduce']) {
  const ofArray = /** @type {(...args: unknown[]) => unknown} */ (Reflect.get(Array.prototype, name))
  add(iterator, {
    /** @this {Iterable<unknown>} @param {unknown[]} args @returns {unknown} */
    [name](...args) {
      const result = Reflect.apply(ofArray, [...this], args)
      return Array.isArray(result) && /map|filter/i.test(name) ? result.values() : result
    },
  })
}
add(iterator, {
  /** @this {Iterable<unknown>} */
  toArray() {
    return [...this]
  },
  /** @this {Iterable<unknown>} @param {number} count */
  take(count) {
    return [...this].slice(0, count).values()
  },
  /** @this {Iterable<unknown>} @param {number} count */
  drop(count) {
    return [...this].slice(count).values()
  },
})

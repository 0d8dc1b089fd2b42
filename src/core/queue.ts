/** A stream that is pushed into and iterated once. */
export interface Queue<T> extends AsyncIterable<T> {
  push(item: T): void
  end(): void
}

export function createQueue<T>(): Queue<T> {
  const items: T[] = []
  let ended = false
  let wake: (() => void) | null = null

  const signal = (): void => {
    wake?.()
    wake = null
  }
  return {
    push(item) {
      items.push(item)
      signal()
    },
    end() {
      ended = true
      signal()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const item = items.shift()
        if (item !== undefined) yield item
        else if (ended) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

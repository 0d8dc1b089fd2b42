/** When a batch is full. */
export interface BatchLimits {
  readonly items: number
  /** Roughly in characters of JSON. */
  readonly weight: number
}

/**
 * The items of a source, all that are ready within a tick in one batch. While nobody asks for a batch, at most one item
 * is pulled ahead. The source's iterator is always ended.
 */
export async function* inBatches<Item>(
  source: AsyncIterable<Item>,
  limits: BatchLimits,
  signal: AbortSignal,
): AsyncGenerator<readonly Item[]> {
  const iterator = source[Symbol.asyncIterator]()
  const finish = async (): Promise<unknown> => iterator.return?.()
  // A generator that waits ends by the signal it was given; other iterators may only end by this.
  const onAbort = (): void => void finish().catch(() => undefined)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    let next = pull(iterator)
    for (let first = await next; first.done !== true; first = await next) {
      const batch = [first.value]
      let weight = weightOf(first.value)
      const tick = createTick()
      next = pull(iterator)
      while (batch.length < limits.items && weight < limits.weight) {
        const more = await Promise.race([settled(next), tick])
        if (more === null || more.done === true) break
        batch.push(more.value)
        weight += weightOf(more.value)
        next = pull(iterator)
      }
      yield batch
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    await finish()
  }
}

function pull<Item>(iterator: AsyncIterator<Item>): Promise<IteratorResult<Item, unknown>> {
  const next = iterator.next()
  // It may fail while nobody waits for it; whoever asks for the next batch hears of it.
  next.catch(() => undefined)
  return next
}

/** Null for a failure: what was ready before it goes out first. */
async function settled<T>(next: Promise<T>): Promise<T | null> {
  return next.catch(() => null)
}

async function createTick(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0, null)
  })
}

/** How large a value is, near enough to bound what is sent at once. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return 8
  let weight = 2
  for (const [key, part] of Object.entries(value)) weight += key.length + 4 + weightOf(part)
  return weight
}

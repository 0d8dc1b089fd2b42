import type { Writable } from 'node:stream'

/**
 * Writes a source to a child's input and closes it. Resolves early when `ended` aborts or the child no longer reads, which
 * is no error; rejects with what the source throws.
 */
export async function feed(input: Writable, source: AsyncIterable<Uint8Array>, ended: AbortSignal): Promise<void> {
  const iterator = source[Symbol.asyncIterator]()
  let finished = false
  input.on('error', () => undefined)
  try {
    while (!input.destroyed && !ended.aborted) {
      const step = await nextOrEnded(iterator, ended)
      if (step === null || step.done === true) {
        finished = step !== null
        break
      }
      if (!input.destroyed && !input.write(step.value)) await drained(input, ended)
    }
  } finally {
    if (finished) input.end()
    else input.destroy()
    // A source that is still waiting for data of its own is not waited for.
    if (!finished) Promise.resolve(iterator.return?.()).catch(() => undefined)
  }
}

async function nextOrEnded(
  iterator: AsyncIterator<Uint8Array>,
  ended: AbortSignal,
): Promise<IteratorResult<Uint8Array> | null> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      resolve(null)
    }
    ended.addEventListener('abort', giveUp, { once: true })
    iterator
      .next()
      .finally(() => {
        ended.removeEventListener('abort', giveUp)
      })
      .then(resolve, reject)
  })
}

async function drained(input: Writable, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      input.off('drain', go)
      input.off('close', go)
      ended.removeEventListener('abort', go)
      resolve()
    }
    input.on('drain', go)
    input.on('close', go)
    ended.addEventListener('abort', go)
    if (input.destroyed) go()
  })
}

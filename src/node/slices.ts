/** How long tasks are read before other work in the process gets its turn. */
const SLICE_MS = 8

/** For a loop of work that does not wait by itself: to be awaited before each piece, it gives way from time to time. */
export function createSlices(): () => Promise<void> {
  let startMs = Date.now()
  return async () => {
    if (Date.now() - startMs < SLICE_MS) return
    await new Promise(setImmediate)
    startMs = Date.now()
  }
}

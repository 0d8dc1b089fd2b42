/** Runs `work` after every request, one run at a time: requests made during a run are answered by one more. */
export interface Coalescer {
  request(): void
  /** Resolves when no run is due; rejects where the last run failed. */
  settle(): Promise<void>
}

export function createCoalescer(work: () => Promise<void>): Coalescer {
  let due = false
  let running: Promise<void> | null = null
  let failure: { readonly error: unknown } | null = null

  async function runWhileDue(): Promise<void> {
    while (due) {
      due = false
      try {
        await work()
        failure = null
      } catch (error) {
        failure = { error }
      }
    }
    running = null
  }

  return {
    request() {
      due = true
      running ??= runWhileDue()
    },
    async settle() {
      while (running !== null) await running
      if (failure !== null) throw failure.error
    },
  }
}

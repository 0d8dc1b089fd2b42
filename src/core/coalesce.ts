/** Runs `work` after every request, one run at a time: requests made during a run are answered by one more. */
export interface Coalescer {
  request(): void
  /** Resolves when no run is due; rejects with the first failure there was. */
  settle(): Promise<void>
}

export function createCoalescer(work: () => Promise<void>): Coalescer {
  let due = false
  let running: Promise<void> | null = null
  let failure: { readonly error: unknown } | null = null

  async function runWhileDue(): Promise<void> {
    try {
      while (due) {
        due = false
        await work()
      }
    } catch (error) {
      failure ??= { error }
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

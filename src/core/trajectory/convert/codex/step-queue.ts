/** Steps in the order they began, each given away when all of it is known. */
export interface StepQueue<Draft> {
  /** `size`: about how many characters it holds so far. */
  add(draft: Draft, size: number): void
  /** More came to a draft that is in the queue. */
  grow(size: number): void
  /**
   * Drafts that are whole, from the first on, and nothing behind one that is not; but the first as it is, where too much
   * waits for it.
   */
  take(): readonly Draft[]
  /** All that is left. */
  takeAll(): readonly Draft[]
}

/** Characters that wait for something at most: beyond them the oldest is given away as it is. */
const MAX_WAITING = 1024 * 1024

export function createStepQueue<Draft>(isWhole: (draft: Draft) => boolean): StepQueue<Draft> {
  let drafts: { readonly draft: Draft; readonly from: number }[] = []
  /** Characters that ever came. */
  let total = 0
  return {
    add(draft, size) {
      drafts.push({ draft, from: total })
      total += size
    },
    grow(size) {
      total += size
    },
    take() {
      const first = drafts.findIndex(({ draft, from }) => !isWhole(draft) && total - from <= MAX_WAITING)
      if (first === 0) return []
      const taken = drafts.slice(0, first === -1 ? drafts.length : first)
      drafts = drafts.slice(taken.length)
      return taken.map(({ draft }) => draft)
    },
    takeAll() {
      const taken = drafts
      drafts = []
      return taken.map(({ draft }) => draft)
    },
  }
}

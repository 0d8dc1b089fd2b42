import { createListeners } from './listeners.ts'

/** Looks every few seconds at what other processes wrote, while somebody wants to know. */
export interface ForeignWatch {
  readonly watch: (onLook: () => void) => () => void
  dispose(): void
}

const LOOK_MS = 2000

export function createForeignWatch(refresh: () => Promise<void>): ForeignWatch {
  const looked = createListeners<[]>()
  let watching = 0
  let timer: NodeJS.Timeout | undefined

  function plan(): void {
    timer = setTimeout(() => {
      refresh()
        .then(() => looked.tell())
        // An index that cannot be used now is tried again.
        .catch(() => {})
        .finally(() => (watching > 0 ? plan() : undefined))
    }, LOOK_MS)
  }

  return {
    watch(onLook) {
      const stop = looked.add(onLook)
      watching += 1
      if (watching === 1) plan()
      return () => {
        stop()
        watching -= 1
        if (watching === 0) clearTimeout(timer)
      }
    },
    dispose() {
      watching = 0
      clearTimeout(timer)
    },
  }
}

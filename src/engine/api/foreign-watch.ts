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
  let looking = false
  let timer: NodeJS.Timeout | undefined

  function plan(): void {
    timer = setTimeout(() => {
      looking = true
      refresh()
        .then(() => looked.tell())
        // An index that cannot be used now is tried again.
        .catch(() => {})
        .finally(() => {
          looking = false
          if (watching > 0) plan()
        })
    }, LOOK_MS)
  }

  return {
    watch(onLook) {
      const stop = looked.add(onLook)
      watching += 1
      // A look that is under way plans the next one itself.
      if (watching === 1 && !looking) plan()
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

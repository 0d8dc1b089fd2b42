import { useSyncExternalStore } from 'react'

/** Whether the window has room for columns that can be spared. */
export function useWide(minPx = 1280): boolean {
  const query = `(min-width: ${minPx}px)`
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => matchMedia(query).matches,
  )
}

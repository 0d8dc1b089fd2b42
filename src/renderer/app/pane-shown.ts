import { createContext, use } from 'react'

export const PaneShown = createContext(true)

/** Whether the screen that asks is the one that is shown. */
export function usePaneShown(): boolean {
  return use(PaneShown)
}

import { create } from 'zustand'
import { persist } from 'zustand/middleware'

interface TrialLayout {
  readonly verdictFolded: boolean
  /** The terminal below the steps. */
  readonly terminalFolded: boolean
  readonly expandAll: boolean
  readonly set: (change: Partial<Omit<TrialLayout, 'set'>>) => void
}

/** How the user wants trials laid out; remembered on this machine. */
export const useTrialLayout = create<TrialLayout>()(
  persist(
    (set) => ({
      verdictFolded: false,
      terminalFolded: false,
      expandAll: false,
      set,
    }),
    {
      name: 'tbcc.trial',
      partialize: ({ verdictFolded, terminalFolded }) => ({ verdictFolded, terminalFolded }),
    },
  ),
)

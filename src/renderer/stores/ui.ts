import { create } from 'zustand'
import { persist } from 'zustand/middleware'

interface Ui {
  readonly sidebarCollapsed: boolean
  readonly toggleSidebar: () => void
}

/** What the page remembers of itself on this machine. */
export const useUi = create<Ui>()(
  persist(
    (set) => ({
      sidebarCollapsed: false,
      toggleSidebar: () => set(({ sidebarCollapsed }) => ({ sidebarCollapsed: !sidebarCollapsed })),
    }),
    { name: 'tbcc.ui', partialize: ({ sidebarCollapsed }) => ({ sidebarCollapsed }) },
  ),
)

import {
  ChevronsLeft,
  ChevronsRight,
  GitCompareArrows,
  LayoutDashboard,
  ListChecks,
  PlayCircle,
  Settings,
  SquareTerminal,
  type LucideIcon,
} from 'lucide-react'
import { useEnvironments, useRunningTrials } from '../stores/live.ts'
import { useUi } from '../stores/ui.ts'
import { openTab, TABS, useTab, type Tab } from './router.ts'

const LOOKS: Readonly<Record<Tab, { readonly label: string; readonly icon: LucideIcon }>> = {
  dashboard: { label: 'Dashboard', icon: LayoutDashboard },
  tasks: { label: 'Tasks', icon: ListChecks },
  runs: { label: 'Runs', icon: PlayCircle },
  compare: { label: 'Compare', icon: GitCompareArrows },
  shell: { label: 'Shell', icon: SquareTerminal },
  settings: { label: 'Settings', icon: Settings },
}

export function tabLabel(tab: Tab): string {
  return LOOKS[tab].label
}

export function Sidebar() {
  const current = useTab()
  const collapsed = useUi((ui) => ui.sidebarCollapsed)
  const toggle = useUi((ui) => ui.toggleSidebar)
  const counts: Partial<Record<Tab, number>> = {
    runs: useRunningTrials().size,
    shell: useEnvironments().filter(({ trial }) => trial === null).length,
  }
  return (
    <nav
      aria-label="Main"
      className={`flex shrink-0 flex-col gap-0.5 border-r border-line p-2 ${collapsed ? 'w-12' : 'w-44'}`}
    >
      <div className="mb-2 flex h-8 items-center px-2 font-semibold">{collapsed ? 'TB' : 'TB Command Center'}</div>
      {TABS.map((tab) => {
        const { label, icon: Icon } = LOOKS[tab]
        const count = counts[tab] ?? 0
        return (
          <button
            key={tab}
            type="button"
            aria-current={tab === current ? 'page' : undefined}
            title={collapsed ? label : undefined}
            onClick={() => openTab(tab)}
            className={`flex h-8 items-center gap-2.5 rounded-md px-2 ${tab === current ? 'bg-hover text-text' : 'text-dim hover:text-text'}`}
          >
            <Icon size={16} aria-hidden className="shrink-0" />
            {collapsed ? <span className="sr-only">{label}</span> : label}
            {count === 0 || collapsed ? null : (
              <span className="ml-auto text-xs text-running tabular" title={`${count} running`}>
                {count}
              </span>
            )}
          </button>
        )
      })}
      <button
        type="button"
        onClick={toggle}
        aria-label={collapsed ? 'Expand the sidebar' : 'Collapse the sidebar'}
        className="mt-auto flex h-8 items-center rounded-md px-2 text-dim hover:text-text"
      >
        {collapsed ? <ChevronsRight size={16} /> : <ChevronsLeft size={16} />}
      </button>
    </nav>
  )
}

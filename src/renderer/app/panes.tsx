import { lazy, Suspense, useState, type ComponentType } from 'react'
import { Boundary } from '../components/boundary.tsx'
import { Skeleton } from '../components/states.tsx'
import { PaneShown } from './pane-shown.ts'
import { TABS, useTab, type Tab } from './router.ts'

const SCREENS: Readonly<Record<Tab, ComponentType>> = {
  dashboard: lazy(async () => import('../features/dashboard/dashboard.tsx').then((m) => ({ default: m.Dashboard }))),
  tasks: lazy(async () => import('../features/tasks/tasks.tsx').then((m) => ({ default: m.Tasks }))),
  runs: lazy(async () => import('../features/runs/runs.tsx').then((m) => ({ default: m.Runs }))),
  compare: lazy(async () => import('../features/compare/compare.tsx').then((m) => ({ default: m.Compare }))),
  shell: lazy(async () => import('../features/shell/shell.tsx').then((m) => ({ default: m.Shell }))),
  settings: lazy(async () => import('../features/settings/settings.tsx').then((m) => ({ default: m.Settings }))),
}

/** The screens: loaded when first opened, then kept, so that a tab is found as it was left. */
export function Panes() {
  const current = useTab()
  const [opened, setOpened] = useState<ReadonlySet<Tab>>(new Set([current]))
  if (!opened.has(current)) setOpened(new Set([...opened, current]))
  return TABS.filter((tab) => opened.has(tab)).map((tab) => {
    const Screen = SCREENS[tab]
    return (
      <main key={tab} hidden={tab !== current} data-pane={tab} className="flex min-h-0 min-w-0 flex-1 flex-col">
        <PaneShown value={tab === current}>
          <Boundary>
            <Suspense fallback={<Skeleton rows={10} />}>
              <Screen />
            </Suspense>
          </Boundary>
        </PaneShown>
      </main>
    )
  })
}

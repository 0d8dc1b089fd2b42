import { Suspense, useState, type ComponentType } from 'react'
import { part } from '../client/part.ts'
import { Boundary } from '../components/boundary.tsx'
import { Skeleton } from '../components/states.tsx'
import { PaneShown } from './pane-shown.ts'
import { TABS, useTab, type Tab } from './router.ts'

const SCREENS: Readonly<Record<Tab, ComponentType>> = {
  dashboard: part(async () => (await import('../features/dashboard/dashboard.tsx')).Dashboard),
  tasks: part(async () => (await import('../features/tasks/tasks.tsx')).Tasks),
  runs: part(async () => (await import('../features/runs/runs.tsx')).Runs),
  compare: part(async () => (await import('../features/compare/compare.tsx')).Compare),
  shell: part(async () => (await import('../features/shell/shell.tsx')).Shell),
  settings: part(async () => (await import('../features/settings/settings.tsx')).Settings),
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

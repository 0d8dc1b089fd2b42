import { Suspense, useEffect, useState } from 'react'
import { AskSecretsHost } from '../components/ask-secrets.tsx'
import { Boundary } from '../components/boundary.tsx'
import { ConfirmHost } from '../components/dialog.tsx'
import { TooltipProvider } from '../components/tooltip.tsx'
import { host } from '../client/open-host.ts'
import { part } from '../client/part.ts'
import { notifyError } from '../stores/notices.ts'
import { closeRunDialog, openRunDialog, useRunDraft } from '../stores/run-dialog.ts'
import { useSettings } from '../stores/settings.ts'
import { useUi } from '../stores/ui.ts'
import { runAction, runShortcut, useActions } from './actions.ts'
import { lookActions } from './look-actions.ts'
import { Notices } from './notices.tsx'
import { Palette } from './palette.tsx'
import { Panes } from './panes.tsx'
import { openTab, TABS } from './router.ts'
import { ShortcutHelp } from './shortcut-help.tsx'
import { Sidebar, tabLabel } from './sidebar.tsx'
import { StatusBar } from './status-bar.tsx'

const RunDialog = part(async () => (await import('../run-dialog/run-dialog.tsx')).RunDialog)

export function App() {
  const draft = useRunDraft()
  const settings = useSettings()
  const [over, setOver] = useState<'palette' | 'shortcuts' | null>(null)
  const toggleSidebar = useUi((ui) => ui.toggleSidebar)
  useActions([
    {
      id: 'palette',
      group: 'General',
      title: 'Commands',
      keys: 'mod+k',
      everywhere: true,
      hidden: true,
      run: () => setOver('palette'),
    },
    {
      id: 'palette-terminal',
      group: 'General',
      title: 'Commands, from a terminal',
      keys: 'mod+shift+p',
      everywhere: true,
      hidden: true,
      run: () => setOver('palette'),
    },
    { id: 'shortcuts', group: 'General', title: 'Keyboard shortcuts', keys: '?', run: () => setOver('shortcuts') },
    { id: 'search', group: 'General', title: 'Search in this screen', keys: '/', run: focusSearch },
    {
      id: 'run',
      group: 'General',
      title: 'New run',
      keys: 'mod+enter',
      keywords: 'start benchmark',
      run: () => openRunDialog(),
    },
    { id: 'sidebar', group: 'General', title: 'Collapse or expand the sidebar', keys: 'mod+b', run: toggleSidebar },
    ...TABS.map((tab, index) => ({
      id: `open-${tab}`,
      group: 'Go to',
      title: tabLabel(tab),
      keys: `${host.can.ownAllKeys ? 'mod' : 'alt'}+${index + 1}`,
      run: () => openTab(tab),
    })),
    ...lookActions(settings?.settings ?? []),
  ])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!event.defaultPrevented) runShortcut(event)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])

  useEffect(() => host.onMenu(runAction), [])

  return (
    <TooltipProvider>
      <div className="flex h-full flex-col">
        <div className="flex min-h-0 flex-1">
          <Sidebar />
          <Panes />
        </div>
        <StatusBar />
      </div>
      <Palette open={over === 'palette'} onClose={() => setOver(null)} />
      <ShortcutHelp open={over === 'shortcuts'} onClose={() => setOver(null)} />
      {draft === null ? null : (
        <Boundary onError={giveUpRunDialog}>
          <Suspense fallback={null}>
            <RunDialog />
          </Suspense>
        </Boundary>
      )}
      <ConfirmHost />
      <AskSecretsHost />
      <Notices />
    </TooltipProvider>
  )
}

function giveUpRunDialog(error: unknown): void {
  closeRunDialog()
  notifyError(error)
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('main:not([hidden]) [data-search]')?.focus()
}

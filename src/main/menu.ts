import { Menu, type MenuItemConstructorOptions } from 'electron'

export interface MenuOptions {
  /** Runs an action of the page. */
  readonly act: (actionId: string) => void
  readonly restartEngine: () => void
}

/** Actions of the page, by their ids, with the keys that the page itself listens to. */
const PAGE_ACTIONS = {
  view: [
    { id: 'palette', label: 'Commands…', keys: 'CmdOrCtrl+K' },
    { id: 'sidebar', label: 'Collapse or Expand the Sidebar', keys: 'CmdOrCtrl+B' },
  ],
  go: [
    { id: 'open-dashboard', label: 'Dashboard', keys: 'CmdOrCtrl+1' },
    { id: 'open-tasks', label: 'Tasks', keys: 'CmdOrCtrl+2' },
    { id: 'open-runs', label: 'Runs', keys: 'CmdOrCtrl+3' },
    { id: 'open-compare', label: 'Compare', keys: 'CmdOrCtrl+4' },
    { id: 'open-shell', label: 'Shell', keys: 'CmdOrCtrl+5' },
    { id: 'open-settings', label: 'Settings', keys: 'CmdOrCtrl+6' },
  ],
  help: [{ id: 'shortcuts', label: 'Keyboard Shortcuts', keys: '?' }],
} as const

/** The window's menu. */
export function createMenu({ act, restartEngine }: MenuOptions): Menu {
  const actions = (group: keyof typeof PAGE_ACTIONS): MenuItemConstructorOptions[] =>
    PAGE_ACTIONS[group].map(({ id, label, keys }) => ({
      id,
      label,
      accelerator: keys,
      // Shown, and left to the page: there a terminal may want the keys. A Mac's menu asks the page first by itself.
      registerAccelerator: false,
      click: () => act(id),
    }))
  const mac: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : []
  return Menu.buildFromTemplate([
    ...mac,
    {
      label: '&File',
      submenu: [
        { label: 'Restart the Engine', id: 'restart-engine', click: restartEngine },
        { type: 'separator' },
        { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        ...actions('view'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        { type: 'separator' },
        { role: 'toggleDevTools' },
      ],
    },
    { label: '&Go', submenu: actions('go') },
    { role: 'windowMenu' },
    { role: 'help', submenu: actions('help') },
  ])
}

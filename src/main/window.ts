import { BrowserWindow, nativeTheme, screen, type Session } from 'electron'
import { PAGE_URL } from './page.ts'
import { fitWindow, MIN_SIZE, readWindowState, writeWindowState } from './window-state.ts'

export interface WindowOptions {
  readonly session: Session
  /** Absolute. */
  readonly preload: string
  /** Where its place is remembered; absolute. */
  readonly stateFile: string
}

/** Opens the app's one window where it was last. */
export function openWindow({ session, preload, stateFile }: WindowOptions): BrowserWindow {
  const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea)
  const { bounds, isMaximized } = fitWindow(readWindowState(stateFile), workAreas)
  const window = new BrowserWindow({
    ...bounds,
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    title: 'TB Command Center',
    // Until the page paints; its own colours.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
    show: false,
    webPreferences: {
      session,
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  })
  if (isMaximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () =>
    writeWindowState(stateFile, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() }),
  )
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    process.stderr.write(`the page's process ended (${reason}); it is loaded again\n`)
    if (reason !== 'clean-exit') window.webContents.reload()
  })
  void window
    .loadURL(PAGE_URL)
    .catch((error: unknown) => process.stderr.write(`the page did not load: ${String(error)}\n`))
  return window
}

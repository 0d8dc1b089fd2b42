import { app, type BrowserWindow, dialog, Menu, session } from 'electron'
import { join } from 'node:path'
import { CHANNELS } from '../contract/host/channels.ts'
import { defaultJobsDir, settingsDirOf } from '../engine/places.ts'
import { offerCapabilities } from './capabilities.ts'
import { findCipher } from './cipher.ts'
import { createEngineHost, type EngineHost } from './engine/engine-host.ts'
import { launchUnderNode } from './engine/launch-node.ts'
import { launchUtility } from './engine/launch-utility.ts'
import { guardAllContents, guardSession } from './guard.ts'
import { createMenu } from './menu.ts'
import { declarePageScheme, servePage } from './page.ts'
import { guardQuit } from './quit.ts'
import { createRestart } from './restart.ts'
import { openWindow } from './window.ts'
import { DEV_SERVER } from './dev-server.ts'

const settingsDir = settingsDirOf(process.env)
// Chromium's files apart from the settings, which `tbcc serve` shares.
app.setPath('userData', join(settingsDir, 'app'))

// `npm run dev` starts the next one before the last has gone.
if (DEV_SERVER !== null || app.requestSingleInstanceLock()) {
  // Together with the switch, which root and some containers need, no process of Chromium would start.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  declarePageScheme()
  guardAllContents()
  void app.whenReady().then(start).catch(fail)
} else {
  app.quit()
}

function start(): void {
  let window: BrowserWindow | null = null
  const toPage = (channel: string, value: string): void => window?.webContents.send(channel, value)
  const engine = hostEngine((reason) => toPage(CHANNELS.engineGone, reason))
  const page = session.fromPartition('persist:tbcc')
  guardSession(page)
  if (DEV_SERVER === null) servePage(page, join(__dirname, '..', 'renderer'))
  offerCapabilities(() => window, engine)
  const quit = guardQuit(() => window, engine)
  Menu.setApplicationMenu(
    createMenu({
      act: (actionId) => toPage(CHANNELS.menu, actionId),
      restartEngine: createRestart(() => window, engine),
    }),
  )

  const show = (): void => {
    if (window === null) {
      window = openWindow({
        session: page,
        preload: join(__dirname, '..', 'preload', 'preload.cjs'),
        stateFile: join(app.getPath('userData'), 'window.json'),
      })
      window.on('close', (event) => {
        // On a Mac the app goes on without a window. Elsewhere it ends with it, which may be asked about.
        if (process.platform === 'darwin' || quit.isDone()) return
        event.preventDefault()
        app.quit()
      })
      window.once('closed', () => {
        window = null
      })
      return
    }
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }
  app.on('second-instance', show)
  app.on('activate', show)
  // Without a listener the app would quit.
  app.on('window-all-closed', () => {})
  show()
}

function hostEngine(onLost: (reason: string) => void): EngineHost {
  const entry = join(__dirname, 'engine-entry.cjs')
  const cipher = findCipher()
  return createEngineHost({
    launch(listener) {
      const node = process.env['TBCC_ENGINE_NODE'] ?? ''
      return (node === '' ? launchUtility(entry) : launchUnderNode(node, entry))(listener)
    },
    start: () => ({
      settingsDir,
      defaultJobsDir: defaultJobsDir(process.env),
      // From a desktop an app is started in the root folder.
      cwd: process.cwd() === '/' ? app.getPath('home') : process.cwd(),
      version: app.getVersion(),
      cipherLabel: cipher?.label ?? null,
    }),
    async answer(question) {
      if (cipher === null) throw new Error('the system keeps no key')
      return cipher.answer(question)
    },
    onLost,
  })
}

/** Without a window nobody would know that it runs. */
function fail(error: unknown): void {
  dialog.showErrorBox(
    'TB Command Center cannot start',
    error instanceof Error ? (error.stack ?? error.message) : String(error),
  )
  app.exit(1)
}

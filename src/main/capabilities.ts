import {
  type BrowserWindow,
  dialog,
  ipcMain,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  MessageChannelMain,
  Notification,
  shell,
} from 'electron'
import { CHANNELS } from '../contract/host/channels.ts'
import type { EngineHost } from './engine/engine-host.ts'
import { isPageUrl } from './page.ts'
import { report } from './report.ts'

/** Answers what the preload script asks, and asks of anybody else nothing: every message is held to be forged until its sender is known. */
export function offerCapabilities(window: () => BrowserWindow | null, engine: EngineHost): void {
  ipcMain.on(CHANNELS.openEngine, (event) => {
    if (!isFromPage(event, window())) return
    openEngine(event, engine).catch((error: unknown) => report('the page got no answer', error))
  })
  ipcMain.handle(CHANNELS.pickFolder, async (event) => pickFolder(requirePage(event, window())))
  ipcMain.handle(CHANNELS.reveal, async (event, path: unknown) => {
    requirePage(event, window())
    await reveal(path, engine)
  })
  ipcMain.on(CHANNELS.notify, (event, title: unknown, body: unknown) => {
    if (isFromPage(event, window())) notify(title, body, window)
  })
  ipcMain.handle(CHANNELS.restartEngine, async (event) => {
    requirePage(event, window())
    await engine.restart()
  })
}

/** One end of a new channel goes to the engine, the other straight to the page. */
async function openEngine({ sender }: IpcMainEvent, engine: EngineHost): Promise<void> {
  const { port1, port2 } = new MessageChannelMain()
  try {
    await engine.connect(port1)
    if (!sender.isDestroyed()) sender.postMessage(CHANNELS.engine, null, [port2])
  } catch (error) {
    if (!sender.isDestroyed()) sender.send(CHANNELS.engine, error instanceof Error ? error.message : String(error))
  }
}

async function pickFolder(window: BrowserWindow): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory', 'createDirectory'] })
  return filePaths[0] ?? null
}

/** Shows a path in the file manager. Nothing is ever opened: what lies in a job's folder may be a program. */
async function reveal(path: unknown, engine: EngineHost): Promise<void> {
  if (typeof path !== 'string' || path.length > MAX_PATH) throw new TypeError('reveal takes a path')
  const real = await engine.ask({ about: 'revealable', path })
  if (typeof real !== 'string') throw new Error('only what is in the jobs folder or in a dataset can be shown')
  shell.showItemInFolder(real)
}

function notify(title: unknown, body: unknown, window: () => BrowserWindow | null): void {
  if (typeof title !== 'string' || typeof body !== 'string' || !Notification.isSupported()) return
  const notification = new Notification({ title: title.slice(0, 200), body: body.slice(0, 1000) })
  notification.on('click', () => {
    window()?.show()
    window()?.focus()
  })
  notification.show()
}

const MAX_PATH = 4096

function requirePage(event: IpcMainInvokeEvent, window: BrowserWindow | null): BrowserWindow {
  if (window === null || !isFromPage(event, window)) throw new Error('this is for the page of the app only')
  return window
}

/** From the window's own page: no frame within it, no other window, no document that came in its place. */
function isFromPage(event: IpcMainEvent | IpcMainInvokeEvent, window: BrowserWindow | null): boolean {
  const { sender, senderFrame } = event
  if (window === null || window.isDestroyed() || sender !== window.webContents) return false
  return senderFrame !== null && senderFrame === sender.mainFrame && isPageUrl(senderFrame.url)
}

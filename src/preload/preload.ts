import { contextBridge, ipcRenderer } from 'electron'
import type { EngineGoneMessage, EnginePortMessage, HostBridge } from '../contract/host/bridge.ts'
import { CHANNELS } from '../contract/host/channels.ts'

/*
 * Runs sandboxed, in a world of its own beside the page. It hands over ports and capabilities, and knows nothing of
 * what goes through them. No function of Electron itself reaches the page.
 */

const bridge: HostBridge = {
  openEngine: () => ipcRenderer.send(CHANNELS.openEngine),
  pickFolder: async () => toPath(await ipcRenderer.invoke(CHANNELS.pickFolder)),
  reveal: async (path) => {
    await ipcRenderer.invoke(CHANNELS.reveal, path)
  },
  notify: (title, body) => ipcRenderer.send(CHANNELS.notify, title, body),
  restartEngine: async () => {
    await ipcRenderer.invoke(CHANNELS.restartEngine)
  },
  onMenu(listener) {
    const onMessage = (_event: unknown, actionId: unknown): void => {
      if (typeof actionId === 'string') listener(actionId)
    }
    ipcRenderer.on(CHANNELS.menu, onMessage)
    return () => {
      ipcRenderer.off(CHANNELS.menu, onMessage)
    }
  },
}

ipcRenderer.on(CHANNELS.engine, ({ ports }, refused: unknown) => {
  post({ type: 'tbcc:engine', refused: typeof refused === 'string' ? refused : null }, ports)
})
ipcRenderer.on(CHANNELS.engineGone, (_event, reason: unknown) => {
  post({ type: 'tbcc:engine-gone', reason: String(reason) })
})
contextBridge.exposeInMainWorld('tbcc', bridge)

/** To this page only: the port is not for a document that came in its place. */
function post(message: EnginePortMessage | EngineGoneMessage, ports: readonly MessagePort[] = []): void {
  window.postMessage(message, window.location.origin, [...ports])
}

function toPath(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

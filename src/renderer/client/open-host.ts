import type { HostBridge } from '../../contract/host/bridge.ts'
import { createAppHost } from './app-host.ts'
import { createBrowserHost } from './browser-host.ts'
import type { Host } from './host.ts'

declare global {
  interface Window {
    /** Put there by the app's preload script; a browser has none. */
    readonly tbcc?: HostBridge
  }
}

/** The host of this page. */
export const host: Host = window.tbcc === undefined ? createBrowserHost() : createAppHost(window.tbcc)

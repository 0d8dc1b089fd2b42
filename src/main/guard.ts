import { app, type Session, type WebContents } from 'electron'
import { pagePolicy } from '../contract/host/page-policy.ts'
import { DEV_SERVER } from './dev-server.ts'
import { isPageUrl } from './page.ts'

/** What no window of the app may do, whatever is shown in it: docs/security.md has the list. */
export function guardAllContents(): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents))
}

function guardContents(contents: WebContents): void {
  // A reload of the page itself is all there is to navigate to.
  contents.on('will-navigate', (event, url) => {
    if (!isPageUrl(url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** No permission but to copy, and no request but for the page's own files. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(isAllowed(permission)))
  session.setPermissionCheckHandler((_contents, permission) => isAllowed(permission))
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOwnRequest(details.url) }))
  session.on('will-download', (event) => event.preventDefault())
  // A spelling checker would fetch its dictionaries.
  session.setSpellCheckerEnabled(false)
  if (DEV_SERVER !== null) allowDevServer(session, DEV_SERVER)
}

function isAllowed(permission: string): boolean {
  return permission === 'clipboard-sanitized-write'
}

/** `devtools:` are Electron's own files; `data:` and `blob:` hold what the page made. */
function isOwnRequest(url: string): boolean {
  return isPageUrl(url) || /^(?:devtools|data|blob):/.test(url) || isDevSocket(url)
}

function isDevSocket(url: string): boolean {
  return DEV_SERVER !== null && new URL(url).host === new URL(DEV_SERVER).host
}

/** The development server sends no policy. Its page has an inline script and a socket that tell of changes. */
function allowDevServer(session: Session, server: string): void {
  const policy = pagePolicy([server.replace(/^http/, 'ws')]).replace(
    "script-src 'self'",
    "script-src 'self' 'unsafe-inline'",
  )
  session.webRequest.onHeadersReceived(({ responseHeaders }, answer) => {
    answer({ responseHeaders: { ...responseHeaders, 'Content-Security-Policy': [policy] } })
  })
}

import { protocol, type Session } from 'electron'
import { createPageFiles, type PageAnswer } from './page-files.ts'
import { report } from './report.ts'
import { DEV_SERVER } from './dev-server.ts'

/** The scheme of the page. One of its own, because pages of `file:` may read what else is on the disk. */
const SCHEME = 'tbcc'

/** The page's address. */
export const PAGE_URL = DEV_SERVER === null ? `${SCHEME}://app/index.html` : DEV_SERVER

/** Before the app is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the built page, and only that, to a session. */
export function servePage(session: Session, folder: string): void {
  const answer = createPageFiles(folder)
  const forUrl = async (url: string): Promise<PageAnswer> => {
    const { host, pathname } = new URL(url)
    // Any other host is not the page's: it gets nothing.
    return answer(host === 'app' ? pathname : '')
  }
  // Absent before Electron 25.
  const { handle } = session.protocol as Partial<Electron.Protocol>
  if (handle === undefined) {
    session.protocol.registerBufferProtocol(SCHEME, ({ url }, done) => {
      forUrl(url).then(
        // oxlint-disable-next-line promise/no-callback-in-promise -- that is how Electron takes it
        ({ status, headers, body }) => done({ statusCode: status, headers, data: body }),
        (error: unknown) => report(`${url} was not handed out`, error),
      )
    })
    return
  }
  session.protocol.handle(SCHEME, async ({ url }) => {
    const { status, headers, body } = await forUrl(url)
    return new Response(new Uint8Array(body), { status, headers })
  })
}

/** Whether an address is one of the page's own. */
export function isPageUrl(url: string): boolean {
  const own = new URL(PAGE_URL)
  const asked = parseUrl(url)
  return asked !== null && asked.protocol === own.protocol && asked.host === own.host
}

function parseUrl(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

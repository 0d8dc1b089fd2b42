import { AppError } from '../../contract/errors.ts'
import { openSocketLink } from '../../rpc/socket-link.ts'
import type { Host } from './host.ts'

/** The host of a page that `tbcc serve` handed out. */
export function createBrowserHost(): Host {
  return {
    can: { pickFolder: false, reveal: false, restartEngine: false, ownAllKeys: false },
    async connect(signal) {
      await exchangeToken()
      const { protocol, host } = location
      return openSocketLink(new WebSocket(`${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/rpc`), signal)
    },
    pickFolder: async () => null,
    reveal: async () => {},
    notify(title, body) {
      if (Notification.permission === 'granted') void new Notification(title, { body })
    },
    restartEngine: async () => {},
    onMenu: () => () => {},
  }
}

/**
 * The token of the printed URL is exchanged once for a cookie that no script can read, and taken out of the address bar
 * and the history.
 */
async function exchangeToken(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token === null) return
  const answer = await fetch('session', { method: 'POST', headers: { authorization: `Bearer ${token}` } })
  if (!answer.ok) {
    throw new AppError('disconnected', 'the server did not accept the token of this address', {
      details: { hint: 'open the URL that `tbcc serve` printed last' },
    })
  }
  history.replaceState(null, '', '#/dashboard')
  dispatchEvent(new HashChangeEvent('hashchange'))
}

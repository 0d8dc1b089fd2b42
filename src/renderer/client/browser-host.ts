import { openSocketLink } from '../../rpc/socket-link.ts'
import type { Host } from './host.ts'
import { enter, onLetInElsewhere, tokenOfAddress } from './session.ts'

/** The host of a page that `tbcc serve` handed out. */
export function createBrowserHost(): Host {
  return {
    can: { pickFolder: false, reveal: false, restartEngine: false, ownAllKeys: false },
    async connect(signal) {
      await enter(signal)
      const { protocol, host } = location
      return openSocketLink(new WebSocket(`${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/rpc`), signal)
    },
    onInvited,
    pickFolder: async () => null,
    reveal: async () => {},
    notify(title, body) {
      if (notificationPermission() === 'granted') void new Notification(title, { body })
    },
    prepareToNotify() {
      // The browser asks the user once, and remembers what they said. A refusal is an answer, too.
      if (notificationPermission() === 'default') void Notification.requestPermission().catch(() => undefined)
    },
    restartEngine: async () => {},
    onMenu: () => () => {},
  }
}

/** Not every browser has notifications, and those that have withhold them from plain HTTP beyond this machine. */
function notificationPermission(): NotificationPermission {
  return 'Notification' in window ? Notification.permission : 'denied'
}

/** The printed URL was opened: in this tab, where it changes no more than the fragment, or in another one. */
function onInvited(listener: () => void): () => void {
  const stopped = new AbortController()
  const onHashChange = (): void => {
    if (tokenOfAddress() === null) return
    // Why it is refused, the next attempt to connect says; a page that is let in already goes on.
    enter(stopped.signal)
      .catch(() => undefined)
      .finally(listener)
  }
  addEventListener('hashchange', onHashChange, { signal: stopped.signal })
  const stopListening = onLetInElsewhere(listener)
  return () => {
    stopped.abort()
    stopListening()
  }
}

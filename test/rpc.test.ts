import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { WebSocket, WebSocketServer } from 'ws'
import type { Link } from '../src/rpc/link.ts'
import { createMemoryPair } from '../src/rpc/memory-link.ts'
import { createPortLink } from '../src/rpc/port-link.ts'
import { createSocketLink, openSocketLink } from '../src/rpc/socket-link.ts'
import { describeRpc } from './contract/rpc-suite.ts'

describeRpc('memory', async () => ({
  pair: async () => createMemoryPair(),
  [Symbol.asyncDispose]: async () => undefined,
}))

describeRpc('a message channel', async () => {
  const open: Link[] = []
  return {
    async pair() {
      const { port1, port2 } = new MessageChannel()
      const ends = [createPortLink(port1), createPortLink(port2)] as const
      open.push(...ends)
      return ends
    },
    async [Symbol.asyncDispose]() {
      for (const link of open) link.close()
    },
  }
})

describeRpc('a web socket', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  server.setMaxListeners(0)
  const address = server.address()
  let pairs = 0
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    async pair() {
      const path = `/${(pairs += 1)}`
      const accepted = new Promise<WebSocket>((resolve) => {
        server.on('connection', (socket, { url }) => {
          if (url === path) resolve(socket)
        })
      })
      const client = new WebSocket(`ws://127.0.0.1:${port}${path}`)
      const [socket, page] = await Promise.all([accepted, openSocketLink(client, new AbortController().signal)])
      return [createSocketLink(socket), page]
    },
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate()
      server.close()
      await once(server, 'close')
    },
  }
})

import { PROTOCOL_VERSION } from '../../contract/api/api.ts'
import type { Link } from '../../rpc/link.ts'
import { createMemoryPair } from '../../rpc/memory-link.ts'
import { serve, type Served } from '../../rpc/serve.ts'
import type { ProcedureTable, TopicTable } from '../../rpc/table.ts'
import { reconnectNow, startClient, untilConnected } from './client.ts'

/**
 * Connects the page of a test to an engine that answers so. Once in a file: a page has one engine. `drop` ends the connection;
 * `reconnect` resolves when the page has made another one.
 */
export function startEngine<Procedures extends ProcedureTable, Topics extends TopicTable>(
  served: Served<Procedures, Topics>,
): { readonly drop: () => void; readonly reconnect: () => Promise<void> } {
  let open: Link | null = null
  startClient(async () => {
    const [engine, page] = createMemoryPair()
    open = engine
    serve(served, engine, { version: '0', protocol: PROTOCOL_VERSION }).catch((error: unknown) => {
      // Nobody waits for it; vitest says what nobody caught.
      queueMicrotask(() => {
        throw error
      })
    })
    return page
  })
  return {
    drop: () => open?.close('dropped'),
    async reconnect() {
      reconnectNow()
      await untilConnected()
    },
  }
}

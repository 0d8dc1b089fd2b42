import { afterEach } from 'vitest'
import { script } from './scenario.ts'
import { startModelServer } from './server.ts'
import type { ModelServer, ModelServerOptions, Reply } from './types.ts'

/** Servers for the tests of a file, each closed after its test. Replies alone make a script. */
export function useModelServers(): (options: ModelServerOptions | readonly Reply[]) => Promise<ModelServer> {
  const servers: ModelServer[] = []
  afterEach(async () => {
    await Promise.all(servers.splice(0).map(async (server) => server.close()))
  })
  return async (options) => {
    const server = await startModelServer('scenario' in options ? options : { scenario: script(options) })
    servers.push(server)
    return server
  }
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

/*
 * Two tool servers that let in only who was given the right word: one over HTTP on 127.0.0.1, one as a bash script.
 */

export interface ToolServer {
  /** `http://127.0.0.1:PORT`: below it, `/mcp` is the server, and `/admitted` answers once somebody was let in. */
  readonly url: string
  readonly port: number
  /** What came for `Authorization` until now. */
  readonly authorizations: readonly (string | null)[]
}

/** A server that speaks MCP over HTTP as long as the test runs. The first request with the word waits for `onAdmitted`. */
export async function serveTools(authorization: string, onAdmitted: () => Promise<void>): Promise<ToolServer> {
  const authorizations: (string | null)[] = []
  const { promise: admitted, resolve: admit } = Promise.withResolvers<void>()
  let isAdmitted = false

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === '/admitted') {
      await admitted
      response.end('yes\n')
      return
    }
    authorizations.push(request.headers.authorization ?? null)
    if (request.headers.authorization !== authorization) {
      response.writeHead(401).end()
      return
    }
    if (!isAdmitted) {
      isAdmitted = true
      await onAdmitted()
      admit()
    }
    // It has nothing to say on its own.
    if (request.method !== 'POST') response.writeHead(request.method === 'DELETE' ? 200 : 405).end()
    else reply(response, Call.parse(JSON.parse(await text(request))))
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((thrown: unknown) => response.destroy(thrown instanceof Error ? thrown : undefined))
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, authorizations }
}

const Call = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z.object({ protocolVersion: z.string().optional() }).optional(),
})

function reply(response: ServerResponse, { id, method, params }: z.infer<typeof Call>): void {
  if (id === undefined) {
    response.writeHead(202).end()
    return
  }
  const result =
    method === 'initialize'
      ? {
          protocolVersion: params?.protocolVersion ?? '2025-06-18',
          capabilities: { tools: {} },
          serverInfo: { name: 'tools', version: '1' },
        }
      : method === 'tools/list'
        ? { tools: [TOOL] }
        : {}
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
}

const TOOL = { name: 'look', description: 'Looks.', inputSchema: { type: 'object', properties: {} } }

/**
 * A server that speaks MCP on its standard streams, for `bash -c`. Of what it was given in `$SERVER_SECRET` it writes the
 * SHA-256 to `proof`: the word itself would not be left in the file.
 */
export function toolScript(proof: string): string {
  return String.raw`
printf '%s' "$SERVER_SECRET" | sha256sum | cut -c 1-64 > ${proof}
while IFS= read -r line; do
  id=$(printf '%s' "$line" | sed -n 's/.*"id": *\([0-9][0-9]*\).*/\1/p')
  [ -n "$id" ] || continue
  case $line in
    *'"initialize"'*) result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"tools","version":"1"}}' ;;
    *'"tools/list"'*) result='{"tools":[${JSON.stringify(TOOL)}]}' ;;
    *) result='{}' ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done`
}

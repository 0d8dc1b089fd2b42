import { Agent, request, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { z } from 'zod'

/** The calls that one trial needs of Docker Engine, over a plain keep-alive client: nothing is translated or kept. */
export interface BareEngine {
  /** Creates and starts; the id. */
  start(body: object): Promise<string>
  put(id: string, path: string, tar: Buffer): Promise<void>
  /** Runs to the end; the exit code. */
  exec(id: string, command: readonly string[], options?: object): Promise<number>
  /** Null where nothing stands there. */
  get(id: string, path: string): Promise<Buffer | null>
  changes(id: string): Promise<void>
  remove(id: string): Promise<void>
  close(): void
}

const Answer = z.object({ Id: z.string().default(''), ExitCode: z.number().nullish() })

export function openBareEngine(socketPath: string): BareEngine {
  const agent = new Agent({ keepAlive: true })

  async function call(method: string, path: string, body?: object | Buffer): Promise<{ status: number; data: Buffer }> {
    const content = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
    const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json'
    const headers = content === undefined ? {} : { 'Content-Type': type, 'Content-Length': content.length }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ socketPath, agent, method, path, headers }, resolve).once('error', reject).end(content)
    })
    const data = await buffer(answer)
    const status = answer.statusCode ?? 0
    if (status >= 400 && status !== 404) throw new Error(`${method} ${path}: ${status} ${data.toString()}`)
    return { status, data }
  }

  const json = async (method: string, path: string, body?: object): Promise<z.infer<typeof Answer>> =>
    Answer.parse(JSON.parse((await call(method, path, body)).data.toString()))

  return {
    async start(body) {
      const { Id } = await json('POST', '/containers/create', body)
      await call('POST', `/containers/${Id}/start`)
      return Id
    },
    async put(id, path, tar) {
      await call('PUT', `/containers/${id}/archive?path=${encodeURIComponent(path)}`, tar)
    },
    async exec(id, command, options = {}) {
      const body = { Cmd: command, AttachStdout: true, AttachStderr: true, ...options }
      const { Id } = await json('POST', `/containers/${id}/exec`, body)
      await call('POST', `/exec/${Id}/start`, { Detach: false, Tty: false })
      const { ExitCode } = await json('GET', `/exec/${Id}/json`)
      return ExitCode ?? -1
    },
    async get(id, path) {
      const { status, data } = await call('GET', `/containers/${id}/archive?path=${encodeURIComponent(path)}`)
      return status === 404 ? null : data
    },
    async changes(id) {
      await call('GET', `/containers/${id}/changes`)
    },
    async remove(id) {
      await call('DELETE', `/containers/${id}?force=1&v=1`)
    },
    close: () => agent.destroy(),
  }
}

/** A tar of the given files; a name that ends in `/` is a directory. */
export async function toTar(
  entries: readonly { readonly name: string; readonly mode: number; readonly text?: string }[],
): Promise<Buffer> {
  const tar = pack()
  for (const { name, mode, text } of entries) {
    if (text === undefined) tar.entry({ name, mode, type: 'directory' })
    else tar.entry({ name, mode }, text)
  }
  tar.finalize()
  return buffer(tar)
}

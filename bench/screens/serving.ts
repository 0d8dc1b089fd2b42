import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Page } from 'playwright'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { procedures, PROTOCOL_VERSION, topics } from '../../src/contract/api/api.ts'
import { createClient, type Client } from '../../src/rpc/client.ts'
import { openSocketLink } from '../../src/rpc/socket-link.ts'

const CLI = resolve(import.meta.dirname, '../../dist/cli.js')

/** `tbcc serve` as users start it, on folders of its own. */
export interface Serving extends AsyncDisposable {
  readonly folder: string
  readonly jobsDir: string
  /** Where the page is, without a path. */
  readonly origin: string
  readonly client: Client<typeof procedures, typeof topics>
  /** Lets a window use the engine: the token of the printed address becomes a cookie. */
  admit(page: Page): Promise<void>
}

const Printed = z.object({ url: z.string(), port: z.number(), token: z.string() })

/** `fill` is given the folder of jobs before the engine looks at it. */
export async function startServing(fill: (jobsDir: string) => Promise<void> = async () => {}): Promise<Serving> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-bench-'))
  const jobsDir = join(folder, 'jobs')
  await mkdir(jobsDir)
  await fill(jobsDir)
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0', '--jobs-dir', jobsDir, '--json'], {
    cwd: folder,
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: join(folder, 'config') },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'close')
  const line: unknown = await Promise.race([
    new Promise((resolveLine) => createInterface(child.stdout).once('line', resolveLine)),
    ended.then(() => Promise.reject(new Error('tbcc serve ended at once'))),
  ])
  const { url, port, token } = Printed.parse(JSON.parse(String(line)))
  const headers = { authorization: `Bearer ${token}` }
  const client = createClient({
    procedures,
    topics,
    protocol: PROTOCOL_VERSION,
    connect: async (signal) => openSocketLink(new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers }), signal),
  })
  return {
    folder,
    jobsDir,
    origin: new URL(url).origin,
    client,
    async admit(page) {
      await page.goto(url)
      await page.getByRole('status').filter({ hasText: '● engine' }).waitFor()
    },
    async [Symbol.asyncDispose]() {
      client.close()
      child.kill('SIGINT')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Docker from 'dockerode'
import { start, type Child } from './child.ts'
import { dockerSocket } from './machine.ts'

const run = promisify(execFile)

/** A Docker Engine of the test's own, with its own root, socket and pid file: it may be stopped and killed. */
export interface SecondEngine extends AsyncDisposable {
  /** As DOCKER_HOST. */
  readonly host: string
  readonly client: Docker
  /** Ends the daemon: TERM as an administrator would, KILL as a crash. What it ran meets its fate. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  start(): Promise<void>
}

/** Why none can be had here; null: one can. */
export function secondEngineRefusal(): string | null {
  if (process.getuid?.() !== 0) return 'only root can start a Docker Engine'
  const found = (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, 'dockerd')))
  return found ? null : 'dockerd is not installed'
}

/** Starts one with the given image of this machine's engine loaded. */
export async function openSecondEngine(image: string): Promise<SecondEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-engine-'))
  const socket = join(folder, 'docker.sock')
  const host = `unix://${socket}`
  const client = new Docker({ socketPath: socket })
  let daemon: Child | null = null

  const engine: SecondEngine = {
    host,
    client,
    async start() {
      await rm(join(folder, 'pid'), { force: true })
      // A containerd that was killed with its daemon counts as running until somebody reaps it.
      await rm(join(folder, 'exec/containerd/containerd.pid'), { force: true })
      // In a network namespace of its own: with `--bridge none` it would take away the bridge of the machine's engine.
      const network = ['--bridge', 'none', '--iptables=false', '--ip-forward=false']
      const places = [
        '--data-root',
        join(folder, 'data'),
        '--exec-root',
        join(folder, 'exec'),
        '--pidfile',
        join(folder, 'pid'),
      ]
      daemon = start('unshare', ['--net', 'dockerd', '-H', host, ...places, ...network, '--shutdown-timeout', '1'], {
        env: process.env,
      })
      await answers(socket, daemon)
    },
    async stop(signal) {
      daemon?.process.kill(signal)
      await daemon?.ended
      daemon = null
    },
    async [Symbol.asyncDispose]() {
      if (daemon === null) await engine.start()
      const left = await client.listContainers({ all: true })
      for (const { Id } of left) await client.getContainer(Id).remove({ force: true })
      await engine.stop('SIGTERM')
      await run('umount', [join(folder, 'data')]).catch(() => {})
      await rm(folder, { recursive: true, force: true })
    },
  }
  await engine.start()
  await run('sh', ['-c', 'docker -H "$0" save "$2" | docker -H "$1" load', `unix://${dockerSocket}`, host, image])
  return engine
}

/** Resolves when the daemon answers; rejects where it ends before. */
async function answers(socket: string, daemon: Child): Promise<void> {
  let ended = false
  daemon.process.once('close', () => {
    ended = true
  })
  while (!(await ping(socket))) {
    if (ended) throw new Error(`dockerd ended at its start:\n${daemon.stderr().slice(-2000)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function ping(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ socketPath: socket, path: '/_ping' }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    probe.on('error', () => resolve(false))
    probe.end()
  })
}

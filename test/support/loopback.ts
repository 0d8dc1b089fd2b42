import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { start, type Child } from './child.ts'

/*
 * Servers that tests start on the loopback interface: a registry to pull from, and sshd to reach an engine through.
 */

const run = promisify(execFile)

export interface LoopbackServer extends AsyncDisposable {
  readonly port: number
}

/** Debian's docker-registry with a store of its own. Engines take 127.0.0.0/8 for insecure and speak plain HTTP to it. */
export async function openRegistry(): Promise<LoopbackServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-registry-'))
  const port = await freePort()
  const config = join(folder, 'config.yml')
  await writeFile(
    config,
    `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${join(folder, 'data')}}}\nhttp: {addr: "127.0.0.1:${port}"}\n`,
  )
  return served(start('docker-registry', ['serve', config], { env: { PATH: process.env['PATH'] } }), port, folder)
}

export interface SshServer extends LoopbackServer {
  /** As DOCKER_HOST. */
  readonly host: string
  /** Variables under which `ssh` reaches it without asking: its configuration comes first on the path. */
  readonly env: Readonly<Record<string, string>>
}

/** OpenSSH on a port of the loopback interface, for the user of this process and a key made for it. */
export async function openSshServer(): Promise<SshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-ssh-'))
  const port = await freePort()
  const { username } = userInfo()
  for (const key of ['host', 'user'])
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)])
  await writeFile(join(folder, 'authorized'), await readFile(join(folder, 'user.pub')), { mode: 0o600 })
  await writeFile(
    join(folder, 'sshd_config'),
    `ListenAddress 127.0.0.1:${port}
HostKey ${join(folder, 'host')}
AuthorizedKeysFile ${join(folder, 'authorized')}
PidFile ${join(folder, 'pid')}
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
PubkeyAuthentication yes
`,
  )
  await mkdir('/run/sshd', { recursive: true }).catch(() => {})
  const server = await served(
    start('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { env: {} }),
    port,
    folder,
  )
  return { ...server, host: `ssh://${username}@127.0.0.1:${port}`, env: await sshOnPath(folder, port) }
}

/**
 * ssh reads the configuration of the account, whatever HOME says. A program of its name that comes first on the path
 * gives the real one a configuration of the test's own.
 */
async function sshOnPath(folder: string, port: number): Promise<Record<string, string>> {
  const bin = join(folder, 'bin')
  const config = join(folder, 'ssh_config')
  const path = process.env['PATH'] ?? ''
  const { stdout: real } = await run('sh', ['-c', 'command -v ssh'])
  await mkdir(bin)
  await writeFile(
    config,
    `IdentityFile ${join(folder, 'user')}\nIdentitiesOnly yes\nUserKnownHostsFile ${join(folder, 'known')}\n`,
  )
  await appendFile(join(folder, 'known'), `[127.0.0.1]:${port} ${await readFile(join(folder, 'host.pub'), 'utf8')}`)
  await writeFile(join(bin, 'ssh'), `#!/bin/sh\nexec ${real.trim()} -F ${config} "$@"\n`, { mode: 0o755 })
  return { PATH: `${bin}:${path}` }
}

async function served(child: Child, port: number, folder: string): Promise<LoopbackServer> {
  let ended = false
  child.process.once('close', () => {
    ended = true
  })
  while (!(await accepts(port))) {
    if (ended) throw new Error(`the server ended at its start:\n${child.stderr()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/**
 * A port of 127.0.0.1 that nobody has. It lies below those that systems give to whoever asks for any, so that no other
 * connection of this machine comes to have it before it is used, or while it is left free for a moment.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
    if (isFree) return port
  }
}

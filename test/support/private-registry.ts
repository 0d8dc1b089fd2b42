import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from './child.ts'
import { freePort } from './loopback.ts'

/** Who may use the registry. */
export const REGISTRY_USER = { username: 'reader', password: 'open-sesame' }
/** That password by bcrypt, as the registry wants it. */
const HASH = '$2y$05$abcdefghijklmnopqrstuutXu9KzOt.1yBoZUeFWoT/914/JfszCO'

/** Debian's docker-registry on a loopback port with nothing in it, only for REGISTRY_USER. */
export async function openPrivateRegistry(): Promise<AsyncDisposable & { readonly host: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-registry-'))
  const port = await freePort()
  const [users, config] = [join(folder, 'users'), join(folder, 'config.yml')]
  await writeFile(users, `${REGISTRY_USER.username}:${HASH}\n`)
  const storage = `storage: {filesystem: {rootdirectory: ${join(folder, 'data')}}}`
  const auth = `auth: {htpasswd: {realm: test, path: ${users}}}`
  await writeFile(config, `version: 0.1\nlog: {level: error}\n${storage}\nhttp: {addr: "127.0.0.1:${port}"}\n${auth}\n`)
  const server = start('docker-registry', ['serve', config], { env: { PATH: process.env['PATH'] } })
  while (!(await asks(port))) {
    if (server.process.exitCode !== null) throw new Error(`the registry ended at its start:\n${server.stderr()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function asks(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ host: '127.0.0.1', port, path: '/v2/' }, (response) => {
      response.resume()
      resolve(response.statusCode === 401)
    })
    probe.on('error', () => resolve(false))
    probe.end()
  })
}

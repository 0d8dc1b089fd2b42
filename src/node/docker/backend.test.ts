import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDockerBackend } from './backend.ts'

describe('an engine that cannot be used', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tbcc-engine-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const probe = async (env: Record<string, string>, name: 'docker' | 'podman' = 'docker') => {
    const backend = createDockerBackend({ name, env, home: folder })
    try {
      return await backend.probe()
    } finally {
      await backend.dispose()
    }
  }
  const said = (text: string) => expect.stringContaining(text) as unknown

  test('because nothing is installed', async () => {
    const missing = `unix://${folder}/none.sock`
    expect(await probe({ DOCKER_HOST: missing, PATH: folder })).toEqual({
      available: false,
      reason: said(missing),
      hint: said('docker'),
    })
    expect(await probe({ CONTAINER_HOST: missing, PATH: folder }, 'podman')).toMatchObject({ hint: said('podman') })
  })

  test('because nobody listens at its socket', async () => {
    const path = join(folder, 'dead.sock')
    const { execFileSync } = await import('node:child_process')
    // A server that is killed leaves its socket behind.
    const listen = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    expect(() => execFileSync(process.execPath, ['-e', listen], { stdio: 'ignore' })).toThrow()
    expect(await probe({ DOCKER_HOST: `unix://${path}` })).toEqual({
      available: false,
      reason: said('does not run'),
      hint: said('systemctl start docker'),
    })
  })

  test('because the address is none', async () => {
    expect(await probe({ DOCKER_HOST: 'what is this' })).toMatchObject({
      available: false,
      reason: said('what is this'),
    })
    expect(await probe({ DOCKER_CONTEXT: 'nowhere' })).toMatchObject({ available: false, reason: said('nowhere') })
  })

  test('because it is too old', async () => {
    const server = createServer((_, response) => {
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ Version: '19.03.1', ApiVersion: '1.40', Os: 'linux', Arch: 'amd64' }))
    })
    server.listen(join(folder, 'old.sock'))
    await once(server, 'listening')
    try {
      expect(await probe({ DOCKER_HOST: `unix://${folder}/old.sock` })).toEqual({
        available: false,
        reason: said('19.03.1'),
        hint: said('20.10'),
      })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  test('because something else answers there', async () => {
    const server = createSocketServer((socket) => socket.end('220 mail.example ESMTP\r\n').on('error', () => undefined))
    server.listen(join(folder, 'mail.sock'))
    await once(server, 'listening')
    try {
      expect(await probe({ DOCKER_HOST: `unix://${folder}/mail.sock` })).toMatchObject({ available: false })
    } finally {
      server.close()
    }
  })

  test('fails every call with the same words', async () => {
    const backend = createDockerBackend({
      name: 'docker',
      env: { DOCKER_HOST: `unix://${folder}/none.sock` },
      home: folder,
    })
    const error = { code: 'backend-unavailable', message: said('none.sock') }
    await expect(backend.list()).rejects.toMatchObject(error)
    await expect(backend.hasImages(['a'])).rejects.toMatchObject(error)
    await expect(backend.remove('x')).rejects.toMatchObject(error)
    await backend.dispose()
  })
})

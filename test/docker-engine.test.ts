import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ContainerBackend, ImageProgress } from '../src/core/environment/backend.ts'
import { createDockerBackend } from '../src/node/docker/backend.ts'
import { archiveOf, bytes, NO_OPTIONS, readArchive, run, useBed } from './contract/backend-bed.ts'
import { removeImages } from './contract/engine-bed.ts'
import { type Daemon, freePort, temporaryFolder } from './support/daemon.ts'
import { publish, REGISTRY_USER, startRegistry } from './support/docker-registry.ts'
import { copyImage, makeTlsKeys, noSecondEngine, startEngine } from './support/dockerd.ts'
import { describeOn, dockerSocket } from './support/machine.ts'
import { startSshServer, type SshServer } from './support/sshd.ts'

/*
 * What needs servers of its own beside the engine: its death, registries, TLS, ssh. Everything listens on loopback or
 * on a socket in a temporary folder.
 */

const never = new AbortController().signal
const silent = (): void => undefined
const FACTS = { users: true, limits: true }

describeOn('docker', 'an engine', () => {
  const skipReason = noSecondEngine ?? ''
  describe.skipIf(noSecondEngine !== null)('of one’s own', { meta: { skipReason: `needs docker: ${skipReason}` } }, () => {
    let folder: Awaited<ReturnType<typeof temporaryFolder>>
    let engine: Awaited<ReturnType<typeof startEngine>>
    const backends: ContainerBackend[] = []
    const connect = (env: Record<string, string>): ContainerBackend => {
      const backend = createDockerBackend({ name: 'docker', env: { PATH: process.env['PATH'], ...env }, home: folder.path })
      backends.push(backend)
      return backend
    }
    let tlsPort = 0
    const hasTls = existsSync('/usr/bin/openssl')

    const start = async () => {
      const { path } = folder
      const keys = ['ca', 'cert', 'key'].map((name) => `--tls${name}=${join(path, name === 'ca' ? 'ca.pem' : `server-${name}.pem`)}`)
      const tls = hasTls ? ['-H', `tcp://127.0.0.1:${tlsPort}`, '--tlsverify', ...keys.map((key) => key.replace('--tlsca=', '--tlscacert='))] : []
      engine = await startEngine(path, tls)
    }
    beforeAll(async () => {
      folder = await temporaryFolder()
      if (hasTls) await makeTlsKeys(folder.path)
      tlsPort = await freePort()
      await start()
      await copyImage(dockerSocket, engine.socket, 'debian:bookworm-slim')
    })
    afterAll(async () => {
      await engine.stop()
      await folder.remove()
    })
    afterEach(async () => {
      await Promise.all(backends.splice(0).map((backend) => backend.dispose()))
    })
  })
})

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BackendName, BackendProbe } from '../core/environment/backend.ts'
import { createToolchainCache } from '../node/toolchains/cache.ts'
import { createPartStore } from '../node/toolchains/part-store.ts'
import { createBackends, type Backends } from './backends.ts'
import { examine } from './examine.ts'

let folder: string
let real: Backends
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-examine-'))
  real = createBackends({ DOCKER_HOST: 'unix:///nowhere', TBCC_PODMAN_SOCKET: '/nowhere', HOME: folder })
})
afterEach(async () => {
  await real.dispose()
  rmSync(folder, { recursive: true })
})

const capabilities = {
  cpuLimit: true,
  memoryLimit: true,
  pidsLimit: true,
  imageBuild: true,
  publicNetwork: true,
  noNetwork: true,
  hostMemoryMb: null,
  hostCpus: null,
  platform: 'linux/amd64',
}
const silent: BackendProbe = { available: false, reason: 'it does not run.', hint: 'start it' }

/** An examination where only these answer, each with its files in a folder of that name. */
async function examineWith(answering: readonly BackendName[], wanted: BackendName | 'auto') {
  const probeOf = (name: BackendName): BackendProbe =>
    answering.includes(name)
      ? { available: true, version: '1', endpoint: name, storage: join(folder, name), capabilities }
      : silent
  const names = ['docker', 'podman', 'sandbox'] as const
  const backends: Backends = { ...real, probeAll: async () => names.map((name) => ({ name, probe: probeOf(name) })) }
  const toolchains = createToolchainCache(folder, createPartStore(folder))
  return examine({ backends, jobsDir: join(folder, 'jobs'), toolchains }, null, wanted)
}

test('Podman alone is nothing for auto, and where images are looked for', async () => {
  mkdirSync(join(folder, 'podman'))
  const { chosen, imagesOn, disks } = await examineWith(['podman'], 'auto')
  expect({ chosen, imagesOn }).toEqual({ chosen: null, imagesOn: 'podman' })
  expect(disks).toEqual([{ backend: 'podman', path: join(folder, 'podman'), freeBytes: expect.any(Number) as unknown }])
})

test('beside the sandbox Podman is named, because it can be asked for', async () => {
  const { chosen, imagesOn } = await examineWith(['podman', 'sandbox'], 'auto')
  expect(chosen).toEqual({
    name: 'sandbox',
    reason: 'no Docker: it does not run; Podman 1 answers: -e podman takes it',
  })
  expect(imagesOn).toBeNull()
  const asked = await examineWith(['podman', 'sandbox'], 'podman')
  expect([asked.chosen?.name, asked.imagesOn]).toEqual(['podman', 'podman'])
})

test('an engine whose files are on another machine has no disk here', async () => {
  const { chosen, disks } = await examineWith(['docker'], 'auto')
  expect({ chosen: chosen?.name, disks }).toEqual({ chosen: 'docker', disks: [] })
})

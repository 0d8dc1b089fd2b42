import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BackendName, BackendProbe, ContainerBackend } from '../core/environment/backend.ts'
import { freeBytes } from '../node/fs/disk-space.ts'
import type { ToolchainCache } from '../node/toolchains/cache.ts'
import { type Backends, whyDocker, whySandbox } from './backends.ts'
import type { Examination, TaskListing } from './engine.ts'
import { findOrphans } from './owner-sweep.ts'
import { taskImages } from './task-images.ts'

interface ExamineDeps {
  readonly backends: Backends
  readonly jobsDir: string
  readonly toolchains: ToolchainCache
}

/** What `tbcc doctor` shows of a dataset on the backend that is wanted. Every part is looked at whatever the others say. */
export async function examine(
  { backends, jobsDir, toolchains }: ExamineDeps,
  dataset: TaskListing | null,
  wanted: BackendName | 'auto',
): Promise<Examination> {
  const probes = await backends.probeAll()
  const chosen = choose(probes, wanted)
  const imagesOn = backendWithImages(probes, chosen?.name ?? wanted)
  const leftovers = await countLeftovers(backends, probes)
  return {
    backends: probes,
    chosen,
    jobsDir: await examineFolder(jobsDir),
    disks: await examineDisks(probes),
    toolchains: await toolchains.measure(),
    dataset,
    imagesOn,
    images: imagesOn === null || dataset === null ? [] : await examineImages(backends.get(imagesOn), dataset),
    leftovers,
  }
}

type Probes = Examination['backends']

function probeOf(probes: Probes, name: BackendName): BackendProbe {
  return probes.find((one) => one.name === name)?.probe ?? { available: false, reason: 'not looked for', hint: '' }
}

function choose(probes: Probes, wanted: BackendName | 'auto'): Examination['chosen'] {
  if (wanted !== 'auto') return probeOf(probes, wanted).available ? { name: wanted, reason: 'it was asked for' } : null
  const docker = probeOf(probes, 'docker')
  if (docker.available) return { name: 'docker', reason: whyDocker(docker) }
  if (!probeOf(probes, 'sandbox').available) return null
  return { name: 'sandbox', reason: whySandbox(docker, probeOf(probes, 'podman')) }
}

/** The sandbox has no images: the host's own system stands for each. */
function backendWithImages(probes: Probes, wanted: BackendName | 'auto'): BackendName | null {
  const names = wanted === 'auto' ? (['docker', 'podman'] as const) : [wanted]
  return names.find((name) => name !== 'sandbox' && probeOf(probes, name).available) ?? null
}

/** A folder that is not there is that of another machine: an engine's in a virtual machine of its own, for one. */
async function examineDisks(probes: Probes): Promise<Examination['disks']> {
  const disks = probes.map(async ({ name, probe }) => {
    const path = probe.available ? probe.storage : null
    if (path === null || !(await exists(path))) return []
    return [{ backend: name, path, freeBytes: await freeBytes(path).catch(() => null) }]
  })
  return (await Promise.all(disks)).flat()
}

/** What `tbcc clean --kept` would remove now. */
async function countLeftovers(backends: Backends, probes: Examination['backends']): Promise<number> {
  const available = probes.filter(({ probe }) => probe.available)
  const lists = await Promise.all(
    available.map(async ({ name }) =>
      backends
        .get(name)
        .list()
        .catch(() => []),
    ),
  )
  return (await findOrphans(lists.flat(), { kept: true })).length
}

/** A folder that does not exist yet is judged by the nearest one that does. */
async function examineFolder(path: string): Promise<Examination['jobsDir']> {
  const existing = await nearestFolder(path)
  const writable = await access(existing, constants.W_OK).then(
    () => true,
    () => false,
  )
  return { path, freeBytes: await freeBytes(existing), writable }
}

async function nearestFolder(path: string): Promise<string> {
  return (await exists(path)) || dirname(path) === path ? path : nearestFolder(dirname(path))
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function examineImages(backend: ContainerBackend, dataset: TaskListing): Promise<Examination['images']> {
  const sources = await taskImages(dataset.entries.flatMap((entry) => (entry.valid ? [entry.task] : [])))
  const found = await backend.hasImages(sources.map(({ name }) => name))
  return sources.map(({ name, isBuilt }) => {
    const { present, sizeBytes } = found.get(name) ?? { present: false, sizeBytes: null }
    return { name, built: isBuilt, present, sizeBytes }
  })
}

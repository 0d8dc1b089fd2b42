import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BackendProbe } from '../core/environment/backend.ts'
import { freeBytes } from '../node/fs/disk-space.ts'
import type { ToolchainCache } from '../node/toolchains/cache.ts'
import type { Backends } from './backends.ts'
import type { Examination, TaskListing } from './engine.ts'
import { findOrphans } from './owner-sweep.ts'

interface ExamineDeps {
  readonly backends: Backends
  readonly jobsDir: string
  readonly toolchains: ToolchainCache
}

/** What `tbcc doctor` shows. Every part is looked at whatever the others say. */
export async function examine(
  { backends, jobsDir, toolchains }: ExamineDeps,
  listTasks: () => Promise<TaskListing | null>,
): Promise<Examination> {
  const [probes, dataset] = await Promise.all([backends.probeAll(), listTasks()])
  const chosen = choose(probes)
  const leftovers = await countLeftovers(backends, probes)
  return {
    backends: probes,
    chosen,
    jobsDir: await examineFolder(jobsDir),
    toolchains: await toolchains.measure(),
    dataset,
    images: chosen === null || dataset === null ? [] : await examineImages(backends, chosen.name, dataset),
    leftovers,
  }
}

function choose(probes: Examination['backends']): Examination['chosen'] {
  const probeOf = (name: string): BackendProbe | undefined => probes.find((probe) => probe.name === name)?.probe
  const docker = probeOf('docker')
  if (docker?.available === true) return { name: 'docker', reason: `Docker ${docker.version} answers` }
  if (probeOf('sandbox')?.available === true)
    return { name: 'sandbox', reason: `no Docker: ${docker?.available === false ? docker.reason : ''}` }
  return null
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
  const exists = await stat(path).then(
    () => true,
    () => false,
  )
  return exists || dirname(path) === path ? path : nearestFolder(dirname(path))
}

async function examineImages(
  backends: Backends,
  name: 'docker' | 'podman' | 'sandbox',
  dataset: TaskListing,
): Promise<Examination['images']> {
  const names = dataset.entries.flatMap((entry) =>
    entry.valid ? (entry.task.config.environment.docker_image ?? []) : [],
  )
  const found = await backends.get(name).hasImages([...new Set(names)])
  return [...found].map(([image, { present, sizeBytes }]) => ({ name: image, present, sizeBytes }))
}

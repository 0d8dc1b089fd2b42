import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { extract, type Header } from 'tar-stream'
import type { FileChange } from '../../core/environment/backend.ts'
import { whole } from '../whole-archive.ts'
import { getArchive } from './archive.ts'
import type { Engine } from './engine.ts'

/*
 * Where the root is read-only, what a trial writes to are volumes, and an image may declare some; engines leave volumes
 * out of a container's changes. The folders that the verifier relies on are therefore listed when the container starts,
 * and again later.
 */

/** Folders whose changes decide whether a verdict can be trusted. */
const LISTED = ['/logs', '/tests']

/** Whether any of the folders is a volume, has one below it or is part of one. */
export function reachListed(volumes: readonly string[]): boolean {
  const paths = volumes.map((volume) => posix.resolve('/', volume))
  return paths.some((path) => LISTED.some((folder) => isWithin(path, folder) || isWithin(folder, path)))
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? folder : `${folder}/`)
}

/** What stands in them by path: kind, mode and content of each entry. */
export type VolumeListing = ReadonlyMap<string, string>

export async function listVolumes(engine: Engine, containerId: string): Promise<VolumeListing> {
  const listing = new Map<string, string>()
  for (const folder of LISTED) await listFolder(engine, containerId, folder, listing)
  return listing
}

/** The engine's own changes outside these folders, and those inside them. */
export function withVolumeChanges(
  told: readonly FileChange[],
  before: VolumeListing,
  after: VolumeListing,
): FileChange[] {
  const changes = told.filter(({ path }) => !LISTED.some((folder) => isWithin(path, folder)))
  for (const [path, print] of after) {
    const old = before.get(path)
    if (old !== print) changes.push({ path, kind: old === undefined ? 'added' : 'modified' })
  }
  for (const path of before.keys()) if (!after.has(path)) changes.push({ path, kind: 'deleted' })
  return changes
}

async function listFolder(
  engine: Engine,
  containerId: string,
  folder: string,
  listing: Map<string, string>,
): Promise<void> {
  const archive = await getArchive(engine, containerId, folder)
  if (archive === null) return
  const entries = extract()
  const source = Readable.from(whole(archive))
  source.once('error', (error) => entries.destroy(error))
  source.pipe(entries)
  try {
    // An archive's names begin with the last part of its path, which here is all of it.
    for await (const entry of entries) {
      listing.set(`/${entry.header.name.replace(/\/+$/, '')}`, await printOf(entry.header, entry))
    }
  } finally {
    source.destroy()
  }
}

async function printOf({ type, mode, linkname }: Header, content: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of content) if (chunk instanceof Uint8Array) hash.update(chunk)
  return [type, mode, linkname ?? '', hash.digest('hex')].join(' ')
}

import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { OwnerId } from '../../core/environment/backend.ts'
import { createOwnerId, isOwnerAlive } from '../host/owner.ts'
import { parseJson } from './json.ts'

/*
 * Beside the parts stand folders that belong to one process each, signed with its owner: `making` is where it works,
 * `using` names the parts that it uses. Whoever finds one whose process is gone may remove it.
 */

export type OwnFolderKind = 'making' | 'using'

/** A path for a folder of this process below `folder`; nothing is there yet. */
export function ownFolderPath(folder: string, kind: OwnFolderKind): string {
  return join(folder, `.${kind}-${process.pid}-${randomBytes(6).toString('hex')}`)
}

/** Makes an own folder, or makes it again where somebody removed it. Throws errors of the file system. */
export async function signOwnFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  await writeFile(join(path, OWNER), JSON.stringify(await createOwnerId()))
}

export async function isSigned(path: string): Promise<boolean> {
  return stat(join(path, OWNER)).then(
    () => true,
    () => false,
  )
}

/** Own folders of any process, as paths. */
export async function ownFoldersIn(folder: string, kind: OwnFolderKind): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.flatMap((entry) =>
    entry.isDirectory() && entry.name.startsWith(`.${kind}-`) ? [join(folder, entry.name)] : [],
  )
}

/** Whether the process that an own folder belongs to is gone. */
export async function isAbandoned(path: string): Promise<boolean> {
  const text = await readFile(join(path, OWNER), 'utf8').catch(() => '')
  const owner = Owner.safeParse(parseJson(text)).data
  if (owner !== undefined) return !(await isOwnerAlive(owner))
  // Its owner may be about to sign it.
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
  return Date.now() - mtimeMs > UNSIGNED_MS
}

const OWNER = 'owner.json'

const Owner = z.object({
  machineId: z.string(),
  bootId: z.string(),
  pid: z.number(),
  startTime: z.string(),
}) satisfies z.ZodType<OwnerId>

const UNSIGNED_MS = 60 * 60 * 1000

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { lstat, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { EVENTS_FILE, OUTPUT_FILE, RECORD_FILE, RESULT_FILE } from '../read/layout.ts'
import { toStorageError } from '../storage-error.ts'
import { syncDirectory, temporaryBeside, writeFileAtomically } from '../write/atomic-file.ts'
import { packDirectory, verifyPacked } from './pack.ts'

/** The streams of a trial: they go on in the directory's next run. */
const KEPT = new Set([EVENTS_FILE, OUTPUT_FILE])

/**
 * What a replacement that was cut short leaves: a file in the job's directory, never a directory. It names the archive,
 * whose being there decides whether the trial is packed. One that names none is of an earlier version, which made it after.
 */
const MARK_PREFIX = '.tbcc-emptying-'

/**
 * Packs a trial's directory into the next free `<trial>.replaced-<n>.tar.gz`, reads it back, and then empties the
 * directory but for its streams. The archive's name. Cut short, it is either not there yet or finished by
 * `finishReplacements`.
 */
export async function replaceTrialDirectory(jobDirectory: string, trialName: string): Promise<string> {
  const archive = `${trialName}.replaced-${(await countReplaced(jobDirectory, trialName)) + 1}.tar.gz`
  const mark = join(jobDirectory, MARK_PREFIX + trialName)
  try {
    // Else whoever is killed in between leaves an archive of a trial that seems still to be packed.
    await writeFileAtomically(mark, archive)
    await packVerified(jobDirectory, trialName, archive)
    await emptyTrial(join(jobDirectory, trialName))
    await rm(mark)
  } catch (thrown) {
    if (!isPacked(jobDirectory, mark)) await rm(mark, { force: true }).catch(() => {})
    throw toStorageError(thrown, `keep the earlier run of ${trialName} as ${archive}`)
  }
  return archive
}

/** Nothing of a run stands in this trial's directory: the last one is kept, the next has not begun. */
export function awaitsRun(jobDirectory: string, trialName: string): boolean {
  try {
    return readdirSync(join(jobDirectory, trialName)).every((name) => KEPT.has(name))
  } catch {
    return false
  }
}

/** What still stands in this trial's directory is packed, and about to go. */
export function isBeingEmptied(jobDirectory: string, trialName: string): boolean {
  return isPacked(jobDirectory, join(jobDirectory, MARK_PREFIX + trialName))
}

function isPacked(jobDirectory: string, mark: string): boolean {
  try {
    const archive = readFileSync(mark, 'utf8')
    return archive === '' || existsSync(join(jobDirectory, basename(archive)))
  } catch {
    return false
  }
}

/** Empties what an earlier process had packed and not yet emptied, and forgets what it had not come to pack. For the holder of the job's lock. */
export async function finishReplacements(jobDirectory: string): Promise<void> {
  for (const name of await readdir(jobDirectory)) {
    if (!name.startsWith(MARK_PREFIX)) continue
    const mark = join(jobDirectory, name)
    if (isPacked(jobDirectory, mark)) await emptyTrial(join(jobDirectory, name.slice(MARK_PREFIX.length)))
    await rm(mark)
  }
}

/** How many earlier runs of each trial were kept. */
export async function countAllReplaced(jobDirectory: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const name of await readdir(jobDirectory)) {
    const [, trial, n] = /^(.+)\.replaced-([1-9]\d*)\.tar\.gz$/.exec(name) ?? []
    if (trial !== undefined) counts.set(trial, Math.max(counts.get(trial) ?? 0, Number(n)))
  }
  return counts
}

async function countReplaced(jobDirectory: string, trialName: string): Promise<number> {
  return (await countAllReplaced(jobDirectory)).get(trialName) ?? 0
}

async function packVerified(jobDirectory: string, trialName: string, archive: string): Promise<void> {
  const path = join(jobDirectory, archive)
  const temporary = temporaryBeside(path)
  try {
    const packed = await packDirectory(join(jobDirectory, trialName), trialName, temporary)
    if (!(await verifyPacked(temporary, packed)))
      throw new AppError('storage-failed', `${archive} could not be read back as it was written`)
    await syncFile(temporary)
    await rename(temporary, path)
    await syncDirectory(jobDirectory)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw thrown
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The results go first: half-emptied, a trial must not look finished. */
async function emptyTrial(directory: string): Promise<void> {
  if ((await lstat(directory).catch(() => null))?.isDirectory() !== true) return
  for (const name of [RESULT_FILE, RECORD_FILE]) await rm(join(directory, name), { force: true })
  await syncDirectory(directory)
  for (const name of await readdir(directory))
    if (!KEPT.has(name)) await rm(join(directory, name), { recursive: true, force: true })
}

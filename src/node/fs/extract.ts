import type { Archive } from '../../core/environment/backend.ts'
import type { ExtractLimits, ExtractReport } from '../../core/job/ports.ts'
import { isSystemError, toStorageError } from '../storage-error.ts'
import { placeOf, printable } from './entry-path.ts'
import { createEntryWriter } from './entry-writer.ts'
import { createExclusion } from './exclude.ts'
import { readTar, type TarEntry } from './tar-entries.ts'

export interface ExtractOptions extends ExtractLimits {
  readonly platform?: NodeJS.Platform
}

/** What is read at most only to get past entries that are not wanted. */
const MAX_PASSED_OVER_BYTES = 1024 ** 3

/** A hostile archive must not fill the memory with what was wrong with it. */
const MAX_LISTED = 1000

/**
 * Unpacks an archive that may be hostile; its top entry becomes `target`, whose parent exists and is a real folder.
 * Nothing is written outside and no link that leads out is kept; devices, pipes and all that is over the limits are
 * skipped and listed. Codes: archive-refused, storage-full, storage-read-only, storage-failed.
 */
export async function extractArchive(
  archive: Archive,
  target: string,
  options: ExtractOptions,
): Promise<ExtractReport> {
  const platform = options.platform ?? process.platform
  const isExcluded = createExclusion(options.exclude ?? [])
  const writer = createEntryWriter(target, { platform, maxBytes: options.maxBytes })
  const skipped = createSkipList()
  let rootType: ExtractReport['rootType'] | null = null
  let entries = 0
  let passedOverBytes = 0

  async function settle(entry: TarEntry): Promise<Fate> {
    const place = placeOf(entry.name, platform)
    if ('refused' in place) return place
    if (place.parts.length === 0) rootType ??= entry.type === 'directory' ? 'directory' : 'file'
    if (isExcluded(place.parts)) return 'excluded'
    if (options.reserved?.has(place.parts.join('/')) === true) return { refused: 'a file of tbcc has this name' }
    if (entries >= options.maxFiles) return { refused: `there are more than ${options.maxFiles} entries` }
    entries += 1
    const refused = await writer.write(entry, place.parts)
    return refused === null ? 'written' : { refused }
  }

  await readTar(archive, async (entry) => {
    const fate = await settle(entry).catch((thrown: unknown) => {
      throw isSystemError(thrown) ? toStorageError(thrown, `unpack ${printable(entry.name)} into ${target}`) : thrown
    })
    if (fate !== 'written') passedOverBytes += entry.size
    if (typeof fate === 'object') skipped.add(entry.name, fate.refused)
    if (passedOverBytes <= MAX_PASSED_OVER_BYTES) return true
    skipped.add(entry.name, 'from here on the archive was not read: too much of it was passed over')
    return false
  })
  return { rootType: rootType ?? 'directory', ...writer.written(), skipped: skipped.list() }
}

type Fate = 'written' | 'excluded' | { readonly refused: string }

function createSkipList(): { add(path: string, reason: string): void; list(): ExtractReport['skipped'] } {
  const listed: { readonly path: string; readonly reason: string }[] = []
  let more = 0
  return {
    add(path, reason) {
      if (listed.length < MAX_LISTED) listed.push({ path: printable(path), reason })
      else more += 1
    },
    list: () => (more === 0 ? listed : [...listed, { path: '…', reason: `${more} more were skipped` }]),
  }
}

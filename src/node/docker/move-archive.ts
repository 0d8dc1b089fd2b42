import { Readable } from 'node:stream'
import { extract, type Header, type Pack } from 'tar-stream'
import type { Archive } from '../../core/environment/backend.ts'
import { whole } from '../whole-archive.ts'
import { type EntryHeader, packed, packFile } from './packed.ts'

/** Keys of an extended header that repeat what stands in the entry's own fields, and would win over them. */
const REPEATED: ReadonlySet<string> = new Set(['path', 'linkpath', 'size'])

/** The same archive for the root directory: every name below `directory`, which comes first, as an entry of its own. */
export function movedBelow(archive: Archive, directory: string): Archive {
  const prefix = directory.split('/').filter(Boolean).join('/')
  return packed((out) => move(archive, prefix, out))
}

async function move(archive: Archive, prefix: string, out: Pack): Promise<void> {
  const entries = extract()
  const source = Readable.from(whole(archive))
  source.once('error', (error) => entries.destroy(error))
  source.pipe(entries)
  try {
    out.entry({ name: `${prefix}/`, type: 'directory', mode: 0o755 })
    for await (const entry of entries) {
      await packFile(out, moved(entry.header, prefix), entry)
      if (out.destroyed) return
    }
  } finally {
    source.destroy()
  }
}

function moved(header: Header, prefix: string): EntryHeader {
  const { pax, ...fields } = header
  const kept = Object.entries(pax ?? {}).filter(([key]) => !REPEATED.has(key))
  return {
    ...fields,
    name: below(prefix, header.name),
    // Hard links name another entry; symbolic links hold a text that stays.
    ...(header.type === 'link' ? { linkname: below(prefix, header.linkname) } : {}),
    ...(kept.length === 0 ? {} : { pax: Object.fromEntries(kept) }),
  }
}

function below(prefix: string, name: string): string {
  return `${prefix}/${name.replace(/^(?:\.?\/)+/, '')}`
}

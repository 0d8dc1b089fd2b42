import { pack } from 'tar-stream'
import type { ArchiveEntry } from '../../core/agent/host.ts'
import type { Archive } from '../../core/environment/backend.ts'

/** A small tar made in memory. Owner root; times are now. */
export async function* archiveOf(entries: readonly ArchiveEntry[]): Archive {
  const tar = pack()
  for (const { path, mode, content } of entries) {
    const header = { name: path, mode, uid: 0, gid: 0, mtime: new Date() }
    if (content === undefined) tar.entry({ ...header, type: 'directory' })
    else tar.entry(header, typeof content === 'string' ? content : Buffer.from(content))
  }
  tar.finalize()
  for await (const chunk of tar) if (chunk instanceof Uint8Array) yield chunk
}

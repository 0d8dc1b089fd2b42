import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { TrialFiles } from '../../core/job/ports.ts'
import { filesBelow } from '../read/files-below.ts'
import { openBelow } from '../read/safe-read.ts'
import { writeFileAtomically } from '../write/atomic-file.ts'
import { makeBelow, partsOf } from './paths.ts'

/** The files of a trial that has ended: its texts were cleaned of secrets when they were stored. */
export function createStoredTrial(directory: string): Pick<TrialFiles, 'list' | 'readBytes' | 'writePieces'> {
  return {
    list: async (folder) => filesBelow(directory, partsOf(folder)),
    readBytes: (path, fromByte) => readBytesBelow(directory, path, fromByte),
    async writePieces(path, pieces) {
      const parts = partsOf(path)
      const folder = await makeBelow(directory, parts.slice(0, -1))
      await writeFileAtomically(join(folder, parts.at(-1) ?? ''), pieces)
    },
  }
}

/** The bytes of a file of a trial from an offset on; nothing where it is missing. Never follows a link. */
export async function* readBytesBelow(directory: string, path: string, fromByte: number): AsyncGenerator<Uint8Array> {
  const file = openBelow(directory, partsOf(path))
  if (file === null) return
  for await (const chunk of createReadStream('', { fd: file, start: fromByte }))
    if (chunk instanceof Uint8Array) yield chunk
}

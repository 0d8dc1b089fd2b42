import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SettingsFile } from '../../core/settings/ports.ts'
import { errnoOf, toStorageError } from '../storage-error.ts'
import { writeFileAtomically } from '../write/atomic-file.ts'
import { followFile } from '../write/follow-file.ts'
import { setAside } from '../write/set-aside.ts'

/** `settings.json` in a folder, which is made (for this user alone) when it is first written. */
export function createSettingsFile(directory: string): SettingsFile {
  const path = join(directory, 'settings.json')
  return {
    path,
    async read() {
      try {
        return await readFile(path, 'utf8')
      } catch (thrown) {
        if (['ENOENT', 'ENOTDIR'].includes(errnoOf(thrown))) return null
        throw toStorageError(thrown, `read ${path}`)
      }
    },
    async write(text) {
      await mkdir(directory, { recursive: true, mode: 0o700 }).catch((thrown: unknown) => {
        throw toStorageError(thrown, `make the folder ${directory}`)
      })
      await writeFileAtomically(path, text, 0o600)
    },
    setAside: async () => setAside(path),
    watch: (onChange) => followFile(path, onChange),
  }
}

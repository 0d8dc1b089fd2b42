import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { filesBelow } from './job-folder.ts'

/** Every file below a folder with the hash of its bytes: two equal snapshots mean that nothing was touched. */
export async function snapshot(directory: string): Promise<Readonly<Record<string, string>>> {
  const files = await filesBelow(directory)
  const entries = await Promise.all(
    files.map(
      async (file) =>
        [
          file,
          createHash('sha256')
            .update(await readFile(join(directory, file)))
            .digest('hex'),
        ] as const,
    ),
  )
  return Object.fromEntries(entries)
}

/** Files below a folder in which these bytes occur. */
export async function filesWith(directory: string, text: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const file of await filesBelow(directory)) {
    if ((await readFile(join(directory, file))).includes(text)) found.push(file)
  }
  return found
}

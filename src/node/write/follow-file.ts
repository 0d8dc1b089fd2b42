import { watch, type FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

/** How often a file is looked at where the system tells nothing (network file systems) or stopped telling. */
const LOOK_MS = 2000

/**
 * Tells of every change of a file, whoever made it, until disposed of. Its folder is watched, because a file that is
 * replaced is another file; and it is looked at now and then, because watching may miss things.
 */
export function followFile(path: string, onChange: () => void): { dispose(): void } {
  let last: string | null = null
  let disposed = false
  const look = async (): Promise<void> => {
    const now = await identityOf(path)
    if (disposed || now === last) return
    const isFirst = last === null
    last = now
    if (!isFirst) onChange()
  }
  const lookAgain = (): void => void look()
  const watcher = watchFolder(dirname(path), (name) => {
    // Told at once: two changes within one tick of the file's clock look alike.
    if (!disposed && (name === null || name === basename(path))) onChange()
  })
  const timer = setInterval(lookAgain, LOOK_MS)
  timer.unref()
  lookAgain()
  return {
    dispose() {
      disposed = true
      clearInterval(timer)
      watcher?.close()
    },
  }
}

function watchFolder(folder: string, onName: (name: string | null) => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => onName(name))
    // The looking goes on.
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return null
  }
}

async function identityOf(path: string): Promise<string> {
  return stat(path, { bigint: true }).then(
    ({ ino, size, mtimeNs }) => `${ino} ${size} ${mtimeNs}`,
    () => 'none',
  )
}

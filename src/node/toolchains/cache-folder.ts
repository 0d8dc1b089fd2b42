import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/** Where what can be made again is kept between runs. Absolute. `TBCC_CACHE_DIR` replaces it. */
export function cacheFolderOf(env: Env, platform: NodeJS.Platform = process.platform): string {
  const asked = env['TBCC_CACHE_DIR']
  if (asked !== undefined && isAbsolute(asked)) return asked
  return join(userCacheFolder(env, platform), 'tbcc')
}

function userCacheFolder(env: Env, platform: NodeJS.Platform): string {
  const home = env['HOME']
  const base = home !== undefined && isAbsolute(home) ? home : homedir()
  if (platform === 'darwin') return join(base, 'Library', 'Caches')
  if (platform === 'win32') return env['LOCALAPPDATA'] ?? join(base, 'AppData', 'Local')
  const cache = env['XDG_CACHE_HOME']
  // The specification lets a relative one be ignored.
  return cache !== undefined && isAbsolute(cache) ? cache : join(base, '.cache')
}

import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Where the app and `tbcc serve` keep settings and keys of this user: one place for both. Absolute.
 * `TBCC_SETTINGS_DIR` replaces it.
 */
export function settingsDirOf(env: Env, platform: NodeJS.Platform = process.platform): string {
  const asked = env['TBCC_SETTINGS_DIR']
  if (asked !== undefined && isAbsolute(asked)) return asked
  return join(configFolder(env, platform), 'tbcc')
}

/** Where the app and `tbcc serve` keep jobs unless a setting, a variable or a flag names another folder. Absolute. */
export function defaultJobsDir(env: Env): string {
  return join(homeOf(env), 'tbcc', 'jobs')
}

function configFolder(env: Env, platform: NodeJS.Platform): string {
  const home = homeOf(env)
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  if (platform === 'win32') return env['APPDATA'] ?? join(home, 'AppData', 'Roaming')
  const config = env['XDG_CONFIG_HOME']
  // The specification lets a relative one be ignored.
  return config !== undefined && isAbsolute(config) ? config : join(home, '.config')
}

function homeOf(env: Env): string {
  const home = env['HOME']
  return home !== undefined && isAbsolute(home) ? home : homedir()
}

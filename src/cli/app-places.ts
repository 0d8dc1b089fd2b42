import { resolve } from 'node:path'
import { defaultJobsDir, settingsDirOf } from '../engine/places.ts'
import type { Host } from './host.ts'

/** Where `tbcc serve` and `tbcc rpc` keep jobs by default: as the app, not below the working directory. */
export async function appJobsDirOf(
  flags: { readonly jobsDir?: string },
  { cwd, env }: Pick<Host, 'cwd' | 'env'>,
): Promise<string> {
  if (flags.jobsDir !== undefined) return resolve(cwd, flags.jobsDir)
  // Loaded for these two alone.
  const { openSettingsHome } = await import('../engine/settings-home.ts')
  const home = await openSettingsHome({ settingsDir: settingsDirOf(env), cwd, env })
  home.dispose()
  return home.jobsDir ?? defaultJobsDir(env)
}

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Host } from './host.ts'

/** Where `tbcc serve` and `tbcc rpc` keep jobs by default: as the app, not below the working directory. */
export function appJobsDirOf(flags: { readonly jobsDir?: string }, host: Pick<Host, 'cwd' | 'env'>): string {
  return flags.jobsDir === undefined ? join(homeOf(host), 'tbcc', 'jobs') : resolve(host.cwd, flags.jobsDir)
}

/** Where settings and keys are kept, absolute. */
export function settingsDirOf(host: Pick<Host, 'env'>): string {
  const base = host.env['XDG_CONFIG_HOME']
  // The specification has a relative one ignored.
  return join(base?.startsWith('/') === true ? base : join(homeOf(host), '.config'), 'tbcc')
}

function homeOf({ env }: Pick<Host, 'env'>): string {
  const home = env['HOME']
  return home === undefined || home === '' ? homedir() : home
}

import { resolve } from 'node:path'
import { defaultJobsDir } from '../engine/places.ts'
import type { Host } from './host.ts'

/** Where `tbcc serve` and `tbcc rpc` keep jobs by default: as the app, not below the working directory. */
export function appJobsDirOf(flags: { readonly jobsDir?: string }, host: Pick<Host, 'cwd' | 'env'>): string {
  return flags.jobsDir === undefined ? defaultJobsDir(host.env) : resolve(host.cwd, flags.jobsDir)
}

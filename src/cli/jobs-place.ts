import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Host } from './host.ts'

/** The jobs folder of a command that has no job configuration. */
export function jobsDirOf(flags: { readonly jobsDir?: string }, host: Pick<Host, 'cwd'>): string {
  return resolve(host.cwd, flags.jobsDir ?? 'jobs')
}

/**
 * The jobs folder in which a job or a trial is looked for, and the name to look for. A path of a folder says both: a
 * trial's folder is in a job's, which has a config.json. `JOB/TRIAL` is a path below the jobs folder.
 */
export function placeOf(
  target: string,
  flags: { readonly jobsDir?: string },
  host: Pick<Host, 'cwd'>,
): { readonly jobsDir: string; readonly target: string } {
  const jobsDir = jobsDirOf(flags, host)
  if (!/[/\\]/.test(target)) return { jobsDir, target }
  if (isFolder(join(jobsDir, target))) return { jobsDir, target: join(jobsDir, target) }
  const path = resolve(host.cwd, target)
  if (flags.jobsDir !== undefined || !isFolder(path)) return { jobsDir, target }
  const parent = dirname(path)
  return { jobsDir: existsSync(join(parent, 'config.json')) ? dirname(parent) : parent, target: path }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

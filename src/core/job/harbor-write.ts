import { ArtifactManifest, type ManifestEntry } from '../../contract/harbor/artifact-manifest.ts'
import { JobConfig } from '../../contract/harbor/job-config.ts'
import { JobResult } from '../../contract/harbor/job-result.ts'
import { JobLock, TrialLock } from '../../contract/harbor/lock.ts'
import { TrialConfig } from '../../contract/harbor/trial-config.ts'
import { TrialResult } from '../../contract/harbor/trial-result.ts'
import { toHarborJson } from './harbor-json.ts'
import { toHarborTree } from './harbor-tree.ts'
import type { HostEnv } from './secrets.ts'

export type { ManifestEntry }

/*
 * The text of each of Harbor's files for a value of ours. Values are what the schemas' `parse` returns. Secret values
 * of `env` fields are written as references to `hostEnv` or hidden.
 */

/** `<job>/config.json`: what differs from the defaults. */
export function toJobConfigJson(config: JobConfig, hostEnv: HostEnv): string {
  return toHarborJson(toHarborTree(JobConfig, config, { leaveOut: 'defaults', hostEnv }))
}

/** The same with what is ours in it: for our own record of the job. */
export function toOwnConfigJson(config: JobConfig, hostEnv: HostEnv): string {
  return toHarborJson(toHarborTree(JobConfig, config, { leaveOut: 'defaults', hostEnv, withOurs: true }))
}

/** `<job>/lock.json`: null fields are left out. */
export function toJobLockJson(lock: JobLock, hostEnv: HostEnv): string {
  return toHarborJson(toHarborTree(JobLock, lock, { leaveOut: 'nulls', hostEnv }))
}

/** `<job>/result.json`. */
export function toJobResultJson(result: JobResult): string {
  return toHarborJson(toHarborTree(JobResult, result, { leaveOut: 'nothing', hostEnv: {} }))
}

/** `<trial>/config.json`: what differs from the defaults. */
export function toTrialConfigJson(config: TrialConfig, hostEnv: HostEnv): string {
  return toHarborJson(toHarborTree(TrialConfig, config, { leaveOut: 'defaults', hostEnv }))
}

/** `<trial>/lock.json`: null fields are left out. */
export function toTrialLockJson(lock: TrialLock, hostEnv: HostEnv): string {
  return toHarborJson(toHarborTree(TrialLock, lock, { leaveOut: 'nulls', hostEnv }))
}

/** `<trial>/result.json`, with the whole configuration in it. */
export function toTrialResultJson(result: TrialResult, hostEnv: HostEnv): string {
  return toHarborJson(toHarborTree(TrialResult, result, { leaveOut: 'nothing', hostEnv }))
}

/** `<trial>/artifacts/manifest.json`. */
export function toManifestJson(entries: readonly ManifestEntry[]): string {
  const tree = toHarborTree(ArtifactManifest, entries, { leaveOut: 'nothing', hostEnv: {} })
  return toHarborJson(tree, { indent: 2, ascii: true })
}

import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { JobConfig } from '../../contract/harbor/job-config.ts'
import { JobRecord } from '../../contract/job-record.ts'
import { parseHarborJson } from '../../core/job/harbor-json.ts'
import { entryName } from '../../node/fs/paths.ts'
import { RECORD_FILE } from '../../node/read/layout.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import { readStoredConfig } from '../stored-config.ts'

/** The folder of a job; its name is checked, so that the path does not leave the jobs folder. Code: invalid-input. */
export function jobFolder(jobsDir: string, jobName: string): string {
  return join(jobsDir, entryName(jobName, 'job'))
}

export function trialFolder(
  jobsDir: string,
  { jobName, trialName }: { readonly jobName: string; readonly trialName: string },
): string {
  return join(jobFolder(jobsDir, jobName), entryName(trialName, 'trial'))
}

/** Null: another program ran it, or the file is damaged. */
export function readJobRecord(directory: string): JobRecord | null {
  const parsed = JobRecord.safeParse(parseJson(readTextBelow(directory, [RECORD_FILE], MAX_BYTES)))
  return parsed.success ? parsed.data : null
}

/** The configuration of a job. Code: invalid-input where it cannot be read. */
export function readJobConfig(directory: string): JobConfig {
  const config = readStoredConfig(directory, readJobRecord(directory))
  if (config !== null) return config
  throw new AppError('invalid-input', `${directory} has no configuration that can be read`)
}

/** Plans name every trial. */
const MAX_BYTES = 64 * 1024 ** 2

export function parseJson(text: string | null): unknown {
  if (text === null) return null
  try {
    return parseHarborJson(text)
  } catch {
    return null
  }
}

/** With plain numbers, where it does not matter whether one is written `1` or `1.0`. */
export function parsePlainJson(text: string | null): unknown {
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

import { lstat, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TrialRecord } from '../../contract/trial.ts'
import { OUTPUT_FILE, RECORD_FILE, TRAJECTORY_FILE } from '../read/layout.ts'
import { readTextBelow } from '../read/safe-read.ts'
import { toStorageError } from '../storage-error.ts'
import { writeFileAtomically } from '../write/atomic-file.ts'
import { isRealDirectory } from './paths.ts'

type Log = 'output' | 'trajectory'

const FILES: Readonly<Record<Log, string>> = { output: OUTPUT_FILE, trajectory: TRAJECTORY_FILE }

/** The record of a trial that has ended; null where it has none. */
export function readTrialRecord(trialDirectory: string): TrialRecord | null {
  const text = readTextBelow(trialDirectory, [RECORD_FILE])
  try {
    return text === null ? null : TrialRecord.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/**
 * Removes logs of a trial that has ended and says so in its record, first: a record that promises what is gone would be
 * worse than one that is early. The logs that were there. A trial without a record is left alone.
 */
export async function pruneTrial(trialDirectory: string, logs: readonly Log[], at: string): Promise<readonly Log[]> {
  const record = readTrialRecord(trialDirectory)
  if (record === null || !(await isRealDirectory(trialDirectory))) return []
  const there: Log[] = []
  for (const log of logs) if (await hasLog(trialDirectory, log)) there.push(log)
  if (there.length === 0) return []
  const pruned = { at, logs: [...new Set([...(record.pruned?.logs ?? []), ...there])] }
  await writeFileAtomically(join(trialDirectory, RECORD_FILE), `${JSON.stringify({ ...record, pruned }, null, 2)}\n`)
  for (const log of there) {
    const path = join(trialDirectory, FILES[log])
    await rm(path, { force: true }).catch((thrown: unknown) => {
      throw toStorageError(thrown, `remove ${path}`)
    })
  }
  return there
}

export async function hasLog(trialDirectory: string, log: Log): Promise<boolean> {
  return isFileBelow(trialDirectory, FILES[log])
}

/** Whether a file stands at the path and at none of its folders a link. */
async function isFileBelow(directory: string, path: string): Promise<boolean> {
  const parts = path.split('/')
  for (let depth = 1; depth < parts.length; depth += 1) {
    if (!(await isRealDirectory(join(directory, ...parts.slice(0, depth))))) return false
  }
  return lstat(join(directory, path)).then(
    (stats) => stats.isFile(),
    () => false,
  )
}

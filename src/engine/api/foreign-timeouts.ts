import { TrialConfig } from '../../contract/harbor/trial-config.ts'
import type { TrialRef } from '../../contract/api/common.ts'
import type { TrialTimeouts } from '../../core/job/plan.ts'
import { trialTimeouts } from '../../core/job/timeouts.ts'
import { loadTask } from '../../node/fs/task-directory.ts'
import { CONFIG_FILE } from '../../node/read/layout.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import { parseJson, trialFolder } from './job-folder.ts'

/** The limits of a trial that another process runs; null: its files do not tell them. */
export type ForeignTimeouts = (trial: TrialRef) => Promise<TrialTimeouts | null>

/** More running trials of others than are asked for again and again. */
const MAX_KEPT = 500

/** Works them out of the trial's configuration and its task, once for each trial: neither changes while it runs. */
export function createForeignTimeouts(jobsDir: string): ForeignTimeouts {
  const known = new Map<string, TrialTimeouts>()
  return async ({ jobName, trialName }) => {
    const key = `${jobName}/${trialName}`
    const kept = known.get(key)
    if (kept !== undefined) return kept
    const found = await readTimeouts(trialFolder(jobsDir, { jobName, trialName }))
    // What is not there yet may come: that is not kept.
    if (found !== null) {
      if (known.size >= MAX_KEPT) known.clear()
      known.set(key, found)
    }
    return found
  }
}

async function readTimeouts(directory: string): Promise<TrialTimeouts | null> {
  const config = TrialConfig.safeParse(parseJson(readTextBelow(directory, [CONFIG_FILE]))).data
  const path = config?.task.path ?? null
  if (config === undefined || path === null) return null
  const entry = await loadTask(path, { verify: false })
  return entry.valid ? trialTimeouts(entry.task.config, config) : null
}

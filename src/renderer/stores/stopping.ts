import { create } from 'zustand'
import type { JobChange } from '../../contract/api/jobs.ts'

const useStopping = create<{ readonly names: ReadonlySet<string> }>(() => ({ names: new Set() }))

/** Whether the user has asked this job to stop, since it runs: the next time forces it. */
export function useIsStopping(jobName: string): boolean {
  return useStopping(({ names }) => names.has(jobName))
}

export function isStopping(jobName: string): boolean {
  return useStopping.getState().names.has(jobName)
}

export function markStopping(jobName: string, stopping: boolean): void {
  useStopping.setState(({ names }) => {
    const next = new Set(names)
    if (stopping) next.add(jobName)
    else next.delete(jobName)
    return { names: next }
  })
}

/** Who resumes a job that has ended, here or elsewhere, did not ask it to stop. */
export function forgetEnded(changes: readonly JobChange[]): void {
  for (const change of changes) {
    // After a while without a connection: what has become of the jobs meanwhile is not known.
    if (change.kind === 'all') useStopping.setState({ names: new Set() })
    else if (change.kind === 'removed') markStopping(change.jobName, false)
    else if (change.job.state !== 'running') markStopping(change.job.jobName, false)
  }
}

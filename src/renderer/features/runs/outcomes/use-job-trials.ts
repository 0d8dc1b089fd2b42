import { useEffect, useMemo, useState } from 'react'
import type { ListedTrial, TrialChange } from '../../../../contract/api/trials.ts'
import { call } from '../../../client/client.ts'
import { useFollow } from '../../../client/queries.ts'

/** All trials of a job by name, and what happened to them since they were asked for. */
interface JobTrials {
  readonly asked: ReadonlyMap<string, ListedTrial> | null
  /** Null: it is gone. */
  readonly changed: ReadonlyMap<string, ListedTrial | null>
}

/** Every trial of a job, live; null while they are loaded. */
export function useJobTrials(jobName: string): {
  readonly trials: readonly ListedTrial[] | null
  readonly error: unknown
  readonly reload: () => void
} {
  const [state, setState] = useState<JobTrials>({ asked: null, changed: new Map() })
  const [error, setError] = useState<unknown>(null)
  const [round, setRound] = useState(0)
  useEffect(() => {
    const controller = new AbortController()
    loadAll(jobName, controller.signal).then(
      (asked) => setState(({ changed }) => ({ asked, changed })),
      (thrown: unknown) => (controller.signal.aborted ? undefined : setError(thrown)),
    )
    return () => controller.abort()
  }, [jobName, round])
  useFollow(
    'trials.changes',
    { jobName },
    { onItems: (items) => setState(({ asked, changed }) => ({ asked, changed: applyChanges(changed, items) })) },
  )
  const trials = useMemo(() => merge(state), [state])
  const reload = (): void => {
    setError(null)
    setRound(round + 1)
  }
  return { trials, error, reload }
}

const PIECE = 5000

async function loadAll(jobName: string, signal: AbortSignal): Promise<ReadonlyMap<string, ListedTrial>> {
  const all = new Map<string, ListedTrial>()
  for (let offset = 0; ; offset += PIECE) {
    const { total, trials } = await call(
      'trials.query',
      { filter: { jobNames: [jobName] }, sort: { column: 'trialName', descending: false }, offset, limit: PIECE },
      { signal },
    )
    for (const trial of trials) all.set(trial.trialName, trial)
    if (offset + PIECE >= total) return all
  }
}

function applyChanges(
  changed: JobTrials['changed'],
  items: readonly TrialChange[],
): ReadonlyMap<string, ListedTrial | null> {
  const next = new Map(changed)
  for (const item of items) {
    if (item.kind === 'removed') next.set(item.trialName, null)
    else for (const trial of item.kind === 'running' ? item.trials : [item.trial]) next.set(trial.trialName, trial)
  }
  return next
}

function merge({ asked, changed }: JobTrials): readonly ListedTrial[] | null {
  if (asked === null) return null
  const all = new Map<string, ListedTrial | null>([...asked, ...changed])
  return [...all.values()].flatMap((trial) => trial ?? [])
}

import { useEffect, useEffectEvent, useMemo, useState } from 'react'
import type { ListedTrial, TrialChange } from '../../../../contract/api/trials.ts'
import { call, isDisconnected, onConnected } from '../../../client/client.ts'
import { useFollow } from '../../../client/queries.ts'

/** All trials of a job by name, and what happened to them since they were asked for. */
export interface JobTrials {
  readonly asked: ReadonlyMap<string, ListedTrial> | null
  /** Null: it is gone. */
  readonly changed: ReadonlyMap<string, ListedTrial | null>
  /** How often it was begun to follow them: what happened in between was told to nobody. */
  readonly begun: number
}

export const NO_TRIALS: JobTrials = { asked: null, changed: new Map(), begun: 0 }

/** Every trial of a job, live; null while they are loaded. */
export function useJobTrials(jobName: string): {
  readonly trials: readonly ListedTrial[] | null
  readonly error: unknown
  readonly reload: () => void
} {
  const [state, setState] = useState(NO_TRIALS)
  const [error, setError] = useState<unknown>(null)
  const [round, setRound] = useState(0)
  // They are asked for at once, and again whenever following them begins anew.
  const beginning = Math.max(1, state.begun)
  useEffect(() => {
    const controller = new AbortController()
    loadAll(jobName, controller.signal).then(
      (asked) => {
        setError(null)
        setState((known) => ({ ...known, asked }))
      },
      (thrown: unknown) => (controller.signal.aborted ? undefined : setError(thrown)),
    )
    return () => controller.abort()
  }, [jobName, round, beginning])
  useFollow('trials.changes', { jobName }, { onItems: (items) => setState((known) => applyChanges(known, items)) })
  const trials = useMemo(() => toTrials(state), [state])
  const reload = (): void => {
    setError(null)
    setRound(round + 1)
  }
  const reconnected = useEffectEvent(() => (isDisconnected(error) ? reload() : undefined))
  useEffect(() => onConnected(() => reconnected()), [])
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

/** What is known when following them begins stays only until all have been asked for again. */
export function applyChanges(known: JobTrials, items: readonly TrialChange[]): JobTrials {
  let { asked, begun } = known
  let changed = new Map(known.changed)
  for (const item of items) {
    if (item.kind === 'running') {
      asked = asked === null ? null : merge(asked, changed)
      changed = new Map(item.trials.map((trial) => [trial.trialName, trial]))
      begun += 1
    } else if (item.kind === 'removed') changed.set(item.trialName, null)
    else changed.set(item.trial.trialName, item.trial)
  }
  return { asked, changed, begun }
}

/** Null: not answered yet. */
export function toTrials({ asked, changed }: JobTrials): readonly ListedTrial[] | null {
  return asked === null ? null : [...merge(asked, changed).values()]
}

function merge(
  asked: ReadonlyMap<string, ListedTrial>,
  changed: JobTrials['changed'],
): ReadonlyMap<string, ListedTrial> {
  const all = new Map(asked)
  for (const [trialName, trial] of changed) {
    if (trial === null) all.delete(trialName)
    else all.set(trialName, trial)
  }
  return all
}

import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { TrialRef } from '../../contract/api/common.ts'
import type { ListedTrial, TrialDetail } from '../../contract/api/trials.ts'
import { invalidateWhere, useCall, useFollow } from '../client/queries.ts'
import { useRunningTrial } from '../stores/live.ts'

/** A trial as it is known now. */
export interface KnownTrial {
  readonly ref: TrialRef
  readonly detail: TrialDetail
  /** The newest of its row: live while it runs. */
  readonly trial: ListedTrial
  readonly isRunning: boolean
}

export interface TrialAnswer {
  readonly known: KnownTrial | null
  readonly error: unknown
  readonly retry: () => void
}

/** A trial with what it does now, its answers asked again as it goes on and when it ends. */
export function useTrial(ref: TrialRef): TrialAnswer {
  const shown = useCall('trials.show', ref)
  const running = useRunningTrial(ref)
  const queries = useQueryClient()
  const trial = running ?? shown.data?.trial ?? null
  const state = trial?.state ?? null
  const phase = trial?.live?.phase ?? null
  const before = useRef({ state, phase })
  useEffect(() => {
    const was = before.current
    before.current = { state, phase }
    if (was.state !== null && was.state !== state) invalidateTrial(queries, ref, null)
    else if (was.phase !== phase) invalidateTrial(queries, ref, ['trials.recording'])
  }, [queries, ref, state, phase])
  return {
    known:
      shown.data === undefined || trial === null
        ? null
        : { ref, detail: shown.data, trial, isRunning: trial.state === 'running' },
    error: shown.error,
    retry: () => void shown.refetch(),
  }
}

/**
 * Follows what happens in a running trial, and asks again what grows by it. Returns the number of the last event; null:
 * not known, or not running.
 */
export function useHappenings(ref: TrialRef, isRunning: boolean): number | null {
  const queries = useQueryClient()
  const [lastSeq, setLastSeq] = useState<number | null>(null)
  const begin = useCall('trials.events', isRunning ? { ...ref, limit: 1 } : null)
  const [keptSeq, setKeptSeq] = useState<number | null>(null)
  const beginSeq = keptSeq ?? begin.data?.lastSeq ?? null
  if (beginSeq !== keptSeq) setKeptSeq(beginSeq)
  const tick = useRef<ReturnType<typeof setTimeout> | null>(null)
  const newest = useRef(0)
  const recordedAt = useRef(0)
  useEffect(
    () => () => {
      clearTimeout(tick.current ?? undefined)
      tick.current = null
    },
    [],
  )
  useFollow('trial.events', isRunning && beginSeq !== null ? { ...ref, afterSeq: beginSeq } : null, {
    onItems(items) {
      newest.current = items.at(-1)?.seq ?? newest.current
      tick.current ??= setTimeout(() => {
        tick.current = null
        setLastSeq(newest.current)
        invalidateTrial(queries, ref, GROWING)
        if (performance.now() - recordedAt.current < RECORDING_MS) return
        recordedAt.current = performance.now()
        invalidateTrial(queries, ref, ['trials.recording'])
      }, TICK_MS)
    },
  })
  return isRunning ? lastSeq : null
}

const TICK_MS = 600
/** The engine works a recording out of all events there are. */
const RECORDING_MS = 4000
const GROWING = ['trials.outline', 'trials.steps', 'trials.events']

/** Asks again what is shown of a trial; `names` null: all of it. Pages that are full and not the last stay. */
function invalidateTrial(queries: QueryClient, ref: TrialRef, names: readonly string[] | null): void {
  invalidateWhere(
    queries,
    ({ queryKey: [name, input], state }) =>
      typeof name === 'string' &&
      name.startsWith('trials.') &&
      isOf(input, ref) &&
      (names === null || (names.includes(name) && !isSettledPage(input, state.data))),
  )
    // What cannot be asked again says so where it is shown.
    .catch(() => undefined)
}

function isOf(input: unknown, { jobName, trialName }: TrialRef): boolean {
  return (
    typeof input === 'object' &&
    input !== null &&
    'jobName' in input &&
    'trialName' in input &&
    input.jobName === jobName &&
    input.trialName === trialName
  )
}

/** A page of a list that something follows: what is appended does not change it. */
function isSettledPage(input: unknown, data: unknown): boolean {
  if (typeof input !== 'object' || input === null || typeof data !== 'object' || data === null) return false
  if ('offset' in input && 'limit' in input && 'total' in data) {
    return Number(input.offset) + Number(input.limit) < Number(data.total)
  }
  if ('afterSeq' in input && 'limit' in input && 'events' in data && Array.isArray(data.events)) {
    return data.events.length >= Number(input.limit)
  }
  return false
}

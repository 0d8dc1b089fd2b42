import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import { call } from '../../client/client.ts'
import { useCall } from '../../client/queries.ts'
import { ErrorState, Skeleton } from '../../components/states.tsx'
import { type StepsOwner, StepView } from './step-view.tsx'

/** The step that is looked at; the ones beside it are fetched ahead, so that j and k do not wait. */
export function OneStep({ of, index }: { readonly of: StepsOwner; readonly index: number | null }) {
  const trial = of.ref
  const { data, error, refetch } = useCall('trials.steps', index === null ? null : { ...trial, indices: [index] })
  const place = useRef<HTMLDivElement>(null)
  useNeighbours(trial, index)
  const step = data?.[0]
  useEffect(() => {
    place.current?.scrollTo(0, 0)
  }, [step?.index])
  return (
    <div
      ref={place}
      tabIndex={0}
      role="region"
      aria-label="The step"
      className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
    >
      {error !== null ? <ErrorState error={error} retry={() => void refetch()} /> : null}
      {step === undefined ? error === null ? <Skeleton /> : null : <StepView of={of} step={step} />}
    </div>
  )
}

const AHEAD_DELAY_MS = 150

function useNeighbours(trial: TrialRef, index: number | null): void {
  const queries = useQueryClient()
  const { jobName, trialName } = trial
  useEffect(() => {
    if (index === null) return undefined
    const timer = setTimeout(() => {
      for (const near of [index + 1, index - 1].filter((other) => other >= 0)) {
        const input = { jobName, trialName, indices: [near] }
        const ahead = queries.prefetchQuery({
          queryKey: ['trials.steps', input],
          queryFn: async ({ signal }) => call('trials.steps', input, { signal }),
        })
        ahead.catch(() => undefined)
      }
    }, AHEAD_DELAY_MS)
    return () => clearTimeout(timer)
  }, [queries, jobName, trialName, index])
}

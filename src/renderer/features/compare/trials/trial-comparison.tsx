import { useQuery } from '@tanstack/react-query'
import type { TrialRef } from '../../../../contract/api/common.ts'
import { useCall } from '../../../client/queries.ts'
import { PageHead } from '../../../components/page.tsx'
import { ErrorState, Skeleton } from '../../../components/states.tsx'
import { toVisible } from '../../../format/visible.ts'
import { notifyError } from '../../../stores/notices.ts'
import { compareSteps } from './compared-steps.ts'
import { describeDifference } from './describe-difference.ts'
import { PairList } from './pair-list.tsx'
import { TrialColumn } from './trial-column.tsx'

/** Two trials of one task beside each other, from the first step that differs. */
export function TrialComparison({ a, b }: { readonly a: TrialRef; readonly b: TrialRef }) {
  const shownA = useCall('trials.show', a)
  const shownB = useCall('trials.show', b)
  const steps = useQuery({
    queryKey: ['trials.compared', a, b],
    queryFn: async ({ signal }) => compareSteps(a, b, signal),
  })
  const error = shownA.error ?? shownB.error ?? steps.error
  const retry = (): void => {
    Promise.all([shownA, shownB, steps].map(async (query) => (query.error === null ? null : query.refetch()))).catch(
      notifyError,
    )
  }
  const [trialA, trialB] = [shownA.data?.trial, shownB.data?.trial]
  const task = trialA?.taskName ?? a.trialName
  return (
    <>
      <PageHead
        title={toVisible(task)}
        crumbs={[{ label: 'Compare', to: '/compare' }]}
        answer={
          trialA === undefined || trialB === undefined || steps.data === undefined
            ? undefined
            : describeDifference(trialA, trialB, steps.data)
        }
      />
      {trialA !== undefined && trialB !== undefined && trialA.taskName !== trialB.taskName ? (
        <p role="alert" className="px-(--page) pb-1 text-timeout">
          <span aria-hidden>! </span>These are trials of different tasks: {toVisible(trialA.taskName)} and{' '}
          {toVisible(trialB.taskName)}
        </p>
      ) : null}
      {error === null ? null : <ErrorState error={error} retry={retry} />}
      {trialA === undefined || trialB === undefined ? null : (
        <div className="grid grid-cols-2 gap-4 border-b border-line px-(--page) pb-2">
          <TrialColumn name="A" trial={trialA} />
          <TrialColumn name="B" trial={trialB} />
        </div>
      )}
      {error !== null ? null : steps.data === undefined ? (
        <Skeleton rows={10} />
      ) : (
        <PairList a={a} b={b} steps={steps.data} />
      )}
    </>
  )
}

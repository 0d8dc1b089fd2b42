import type { Recording } from '../../../contract/api/trials.ts'
import { useCall } from '../../client/queries.ts'
import { Button } from '../../components/controls.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { plural } from '../../format/format.ts'
import { useTrialLayout } from '../layout-store.ts'
import type { Replay } from '../terminal/replay.ts'
import type { KnownTrial } from '../use-trial.ts'
import { AllSteps } from './all-steps.tsx'
import { FoldedTerminal } from './folded-terminal.tsx'
import { OneStep } from './one-step.tsx'
import { StepList } from './step-list.tsx'
import { StepModes, StepTools } from './step-tools.tsx'
import type { Steps } from './use-steps.ts'

/** What the agent did, step by step, with the terminal as it was then. */
export function StepsTab({
  known,
  steps,
  recording,
  replay,
}: {
  readonly known: KnownTrial
  readonly steps: Steps
  readonly recording: Recording | undefined
  readonly replay: Replay
}) {
  const { ref, trial, isRunning } = known
  const { expandAll } = useTrialLayout()
  const of = { ref, startedAt: recording?.startedAt ?? trial.startedAt, isRunning }
  const errorRows = useErrorRows(known, steps)
  return (
    <>
      <div className="flex min-h-52 flex-[3] border-b border-line">
        <div className="flex w-90 max-w-[42%] shrink-0 flex-col border-r border-line">
          <StepTools steps={steps} />
          <div className="flex h-7 shrink-0 items-center gap-2 pr-1.5 pl-3">
            <StepCount steps={steps} />
            {isRunning ? <Following steps={steps} /> : null}
            <StepModes steps={steps} />
          </div>
          <TrajectoryIssue issue={steps.outline.issue} />
          <Listed steps={steps} errorRows={errorRows} isFinished={trial.state === 'finished'} />
        </div>
        <div className="flex min-w-0 flex-1 flex-col">
          {(steps.outline.total ?? 0) === 0 ? null : expandAll ? (
            <AllSteps of={of} steps={steps} />
          ) : (
            <OneStep of={of} index={steps.current?.index ?? null} />
          )}
        </div>
      </div>
      <FoldedTerminal known={known} recording={recording} replay={replay} />
    </>
  )
}

/** Why the steps are not those that the agent itself told. */
function TrajectoryIssue({ issue }: { readonly issue: string | null }) {
  if (issue === null) return null
  return (
    <p title={issue} className="shrink-0 truncate px-3 pb-1 text-xs text-dim">
      {issue}
    </p>
  )
}

function Listed({
  steps,
  errorRows,
  isFinished,
}: {
  readonly steps: Steps
  readonly errorRows: readonly number[]
  readonly isFinished: boolean
}) {
  const { outline, choice } = steps
  if (outline.error !== null) return <ErrorState error={outline.error} retry={outline.retry} />
  if (outline.total === null) return <Skeleton rows={8} />
  if (outline.total > 0) return <StepList steps={steps} errorRows={errorRows} />
  if (choice.text !== '' || choice.kinds.length > 0) {
    return (
      <EmptyState title="No step matches">
        <Button onClick={() => steps.choose({ kinds: [], text: '' })}>Show all steps</Button>
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title={isFinished ? 'No steps' : 'No step yet'}
      hint={
        isFinished
          ? 'The agent recorded none; what it printed stands in the terminal.'
          : 'They appear here as the agent works.'
      }
    />
  )
}

function StepCount({ steps: { outline, choice } }: { readonly steps: Steps }) {
  const { total, origin } = outline
  const isFiltered = choice.kinds.length > 0 || choice.text !== ''
  return (
    <span className="min-w-0 flex-1 truncate text-xs text-dim tabular">
      {total === null ? '' : isFiltered ? `${plural(total, 'step')} found` : plural(total, 'step')}
      {total === null || origin === 'none' ? '' : ` from the ${origin === 'trajectory' ? 'trajectory' : 'events'}`}
    </span>
  )
}

/** Whether the newest step is shown as the trial goes on, and how to get back to it. */
function Following({ steps }: { readonly steps: Steps }) {
  if (steps.following) return <span className="text-xs text-running">◐ following</span>
  return (
    <button type="button" className="text-xs text-accent hover:underline" onClick={steps.follow}>
      follow
    </button>
  )
}

/** The rows of the steps with an error, for their marks. Only in the whole list a step stands at its number. */
function useErrorRows({ ref }: KnownTrial, { outline, choice }: Steps): readonly number[] {
  const isWhole = choice.kinds.length === 0 && choice.text === ''
  const { data } = useCall(
    'trials.outline',
    isWhole && outline.firstError !== null ? { ...ref, errors: true, offset: 0, limit: 2000 } : null,
  )
  return isWhole ? (data?.steps ?? []).filter(({ isError }) => isError).map(({ index }) => index) : []
}

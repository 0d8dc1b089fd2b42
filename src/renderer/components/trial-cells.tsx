import type { ReactNode } from 'react'
import type { ListedTrial, TrialColumn } from '../../contract/api/trials.ts'
import { paths } from '../app/router.ts'
import { formatCost, formatCount, formatDuration, formatReward, formatWhen, NOT_MEASURED } from '../format/format.ts'
import { toShortName } from '../format/short-name.ts'
import { toVisible } from '../format/visible.ts'
import { useRunningTrial } from '../stores/live.ts'
import { toFilterQuery } from '../stores/trial-filter.ts'
import type { Column } from './data-table.tsx'
import { Elapsed } from './elapsed.tsx'
import { BlameMark, OutcomeMark, toMark } from './outcome.tsx'
import { Link, MiddleTruncated, Value } from './text.tsx'

/** A column of trials, sorted by its id. */
export interface TrialCell extends Omit<Column<ListedTrial>, 'id' | 'title'> {
  readonly id: TrialColumn
  readonly title: string
}

/** Every column that a table of trials can have. A running trial's cells follow it by themselves. */
export const TRIAL_CELLS: readonly TrialCell[] = [
  sortable('outcome', 'Outcome', '104px', (trial) => <StateCell trial={trial} />),
  sortable('taskName', 'Task', 'minmax(120px, 1.6fr)', (trial) => <TrialLink trial={trial} />),
  sortable('attempt', 'Attempt', '64px', ({ attempt }) => number(attempt, formatCount), 'right'),
  sortable('jobName', 'Job', 'minmax(80px, 1fr)', ({ jobName }) => (
    <Link to={paths.job(jobName)} className="flex min-w-0">
      <MiddleTruncated text={toVisible(jobName)} />
    </Link>
  )),
  sortable('agent', 'Agent', 'minmax(92px, 0.7fr)', ({ agent, jobName }) => (
    <Link to={paths.trials(toFilterQuery({ jobNames: [jobName], agents: [agent] }))} title={toVisible(agent)}>
      {toVisible(agent)}
    </Link>
  )),
  sortable('model', 'Model', 'minmax(88px, 1fr)', ({ model }) => <ModelName model={model} />),
  sortable('reward', 'Reward', '60px', ({ reward }) => number(reward, formatReward), 'right'),
  sortable('testsPassed', 'Tests', '56px', (trial) => <Value>{formatTests(trial)}</Value>, 'right'),
  sortable('blame', 'Blame', '112px', ({ blame }) => <BlameMark blame={blame} />),
  sortable('reason', 'Reason', 'minmax(96px, 3fr)', (trial) => <ReasonCell trial={trial} />),
  sortable('exceptionType', 'Exception', 'minmax(96px, 1fr)', ({ exceptionType }) =>
    exceptionType === null ? null : (
      <Link
        to={paths.trials(toFilterQuery({ exceptionTypes: [exceptionType] }))}
        className="font-mono text-xs"
        title={exceptionType}
      >
        {exceptionType}
      </Link>
    ),
  ),
  sortable('steps', 'Turns', '52px', ({ steps }) => number(steps, formatCount), 'right'),
  sortable('inputTokens', 'Tokens in', '76px', ({ inputTokens }) => number(inputTokens, formatCount), 'right'),
  sortable('outputTokens', 'Tokens out', '80px', ({ outputTokens }) => number(outputTokens, formatCount), 'right'),
  sortable('costUsd', 'Cost', '76px', (trial) => <CostCell trial={trial} />, 'right'),
  sortable('durationMs', 'Duration', '84px', (trial) => <DurationCell trial={trial} />, 'right'),
  sortable('difficulty', 'Difficulty', '80px', ({ difficulty }) => text(difficulty)),
  sortable('category', 'Category', 'minmax(80px, 1fr)', ({ category }) => text(category)),
  sortable('startedAt', 'Started', '104px', ({ startedAt }) => when(startedAt), 'right'),
  sortable('finishedAt', 'Finished', '104px', ({ finishedAt }) => when(finishedAt), 'right'),
]

/** Outcome, or where a running trial is now. */
function StateCell({ trial }: { readonly trial: ListedTrial }) {
  const running = useRunningTrial(trial)
  if (running !== null && trial.state !== 'finished') {
    return (
      <span className="flex min-w-0 items-center gap-1.5 text-running" title={describePhase(running)}>
        <OutcomeMark mark="running" label={false} />
        <span className="truncate">{shortPhase(running)}</span>
      </span>
    )
  }
  return <OutcomeMark mark={toMark(trial)} />
}

/** The trial's task, as a link to the trial. */
function TrialLink({ trial }: { readonly trial: ListedTrial }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Link to={paths.trial(trial)} className="flex min-w-0" title={`${toVisible(trial.taskName)}\n${trial.trialName}`}>
        <MiddleTruncated text={toVisible(toShortName(trial.taskName))} />
      </Link>
      {trial.assisted ? (
        <span className="shrink-0 text-xs text-timeout" title="Somebody typed into it while it was scored">
          assisted
        </span>
      ) : null}
    </span>
  )
}

/** Why it did not succeed; of a running one the last line that it printed. */
function ReasonCell({ trial }: { readonly trial: ListedTrial }) {
  const running = useRunningTrial(trial)
  const line = running !== null && trial.state !== 'finished' ? running.live?.lastLine : trial.reason
  if (line === null || line === undefined) return null
  return (
    <span className={trial.state === 'finished' ? '' : 'font-mono text-xs text-dim'} title={toVisible(line)}>
      {toVisible(line)}
    </span>
  )
}

function DurationCell({ trial }: { readonly trial: ListedTrial }) {
  if (trial.state === 'running' && trial.startedAt !== null) return <Elapsed since={trial.startedAt} />
  return <Value>{formatDuration(trial.durationMs)}</Value>
}

function CostCell({ trial }: { readonly trial: ListedTrial }) {
  const running = useRunningTrial(trial)
  const cost = trial.costUsd === null && running?.live != null ? running.live.usage : trial
  return <Value>{formatCost(cost.costUsd, cost.costIsEstimate)}</Value>
}

function ModelName({ model }: { readonly model: string | null }) {
  if (model === null) return <span className="text-dim">no model</span>
  return (
    <Link to={paths.trials(toFilterQuery({ models: [model] }))} className="flex min-w-0" title={toVisible(model)}>
      <MiddleTruncated text={toVisible(toShortName(model))} />
    </Link>
  )
}

/** What fits into a narrow column; in full on hover. */
function shortPhase({ live }: ListedTrial): string {
  if (live === null) return 'running'
  if (live.phase === 'agent-execution') return live.turn === null ? 'agent' : `agent, turn ${live.turn}`
  return live.phase === 'environment-setup' ? 'environment' : live.phase.replaceAll('-', ' ')
}

function describePhase({ live }: ListedTrial): string {
  if (live === null) return 'running'
  const turn = live.turn === null ? '' : `, turn ${live.turn}${live.maxTurns === null ? '' : ` of ${live.maxTurns}`}`
  return `${live.phase.replaceAll('-', ' ')} since ${formatWhen(live.phaseStartedAt)}${turn}`
}

function formatTests({ testsPassed, testsTotal }: ListedTrial): string {
  return testsPassed === null || testsTotal === null ? NOT_MEASURED : `${testsPassed}/${testsTotal}`
}

function sortable(
  id: TrialColumn,
  title: string,
  width: string,
  cell: (trial: ListedTrial) => ReactNode,
  align?: 'right',
): TrialCell {
  return { id, title, width, cell, sortable: true, ...(align === undefined ? {} : { align }) }
}

function number(value: number | null, format: (value: number | null) => string): ReactNode {
  return <Value>{format(value)}</Value>
}

function text(value: string | null): ReactNode {
  return value === null ? <Value>{NOT_MEASURED}</Value> : toVisible(value)
}

function when(timestamp: string | null): ReactNode {
  return (
    <span title={timestamp ?? undefined}>
      <Value>{formatWhen(timestamp)}</Value>
    </span>
  )
}

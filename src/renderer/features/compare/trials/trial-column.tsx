import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { paths } from '../../../app/router.ts'
import { BlameMark, OutcomeMark, toMark } from '../../../components/outcome.tsx'
import { Link, Value } from '../../../components/text.tsx'
import { formatCost, formatDuration, formatReward } from '../../../format/format.ts'
import { toVisible } from '../../../format/visible.ts'

/** The head of one side: which trial, how it ended, what it took. */
export function TrialColumn({ name, trial }: { readonly name: string; readonly trial: ListedTrial }) {
  const {
    agent,
    model,
    reward,
    testsPassed,
    testsTotal,
    costUsd,
    costIsEstimate,
    durationMs,
    reason,
    jobName,
    trialName,
  } = trial
  return (
    <section aria-label={`Trial ${name}`} className="flex min-w-0 flex-col gap-0.5">
      <p className="flex items-center gap-2">
        <span className="text-dim">{name}</span>
        <OutcomeMark mark={toMark(trial)} />
        <Link to={paths.trial(trial)} className="min-w-0 truncate font-mono text-xs">
          {toVisible(trialName)}
        </Link>
        <BlameMark blame={trial.blame} />
      </p>
      <p className="truncate text-dim">
        {toVisible([agent, model].filter((part) => part !== null).join(' '))} in{' '}
        <Link to={paths.job(jobName)}>{toVisible(jobName)}</Link>
      </p>
      <p className="flex flex-wrap gap-x-4 text-dim">
        <span>
          reward <Value>{formatReward(reward)}</Value>
        </span>
        {testsTotal === null ? null : (
          <span className="tabular">
            tests {testsPassed ?? 0}/{testsTotal}
          </span>
        )}
        <span>
          <Value>{formatDuration(durationMs)}</Value>
        </span>
        <span>
          cost <Value>{formatCost(costUsd, costIsEstimate)}</Value>
        </span>
      </p>
      {reason === null ? null : (
        <p className="truncate" title={toVisible(reason)}>
          {toVisible(reason)}
        </p>
      )}
    </section>
  )
}

import { useMemo, useState } from 'react'
import type { TrialRef } from '../../contract/api/common.ts'
import { setQuery, useAddress } from '../app/router.ts'
import { useCall } from '../client/queries.ts'
import { PageHead } from '../components/page.tsx'
import { ErrorState, Skeleton } from '../components/states.tsx'
import { Tabs } from '../components/tabs.tsx'
import { toVisible } from '../format/visible.ts'
import { useBeginning } from './head/use-beginning.ts'
import { LiveBar } from './head/live-bar.tsx'
import { TrialFacts } from './head/trial-facts.tsx'
import { TrialHead } from './head/trial-head.tsx'
import { TrialPhases } from './head/trial-phases.tsx'
import { useSteps } from './steps/use-steps.ts'
import { toTabs } from './tabs.tsx'
import { withoutWaiting } from './terminal/recording-time.ts'
import { createReplay } from './terminal/replay.ts'
import { useInStep } from './terminal/use-in-step.ts'
import { useUpPaths } from './up-paths.ts'
import { useTrialActions } from './use-trial-actions.ts'
import { useHappenings, useTrial, type KnownTrial } from './use-trial.ts'
import { AskAgain } from './verdict/ask-again.tsx'
import { hasVerdict, VerdictBox } from './verdict/verdict-box.tsx'

/** One trial: how it ended, why, and everything that it left. */
export function TrialScreen({ jobName, trialName }: { readonly jobName: string; readonly trialName: string }) {
  const ref = useMemo(() => ({ jobName, trialName }), [jobName, trialName])
  return <TrialLoader key={`${jobName}/${trialName}`} trial={ref} />
}

function TrialLoader({ trial }: { readonly trial: TrialRef }) {
  const { known, error, retry } = useTrial(trial)
  const up = useUpPaths(trial.jobName)
  if (known !== null) return <TrialBody known={known} />
  return (
    <>
      <PageHead
        title={toVisible(trial.trialName)}
        crumbs={[
          { label: 'Runs', to: up.list },
          { label: toVisible(trial.jobName), to: up.job },
        ]}
      />
      {error === null ? <Skeleton rows={12} /> : <ErrorState error={error} retry={retry} />}
    </>
  )
}

function TrialBody({ known }: { readonly known: KnownTrial }) {
  const { ref, trial, isRunning } = known
  const steps = useSteps(ref, trial.state)
  const { total, error } = steps.outline
  // First the steps: what the trial printed is worked out beside them.
  const { data } = useCall('trials.recording', total === null && error === null ? null : ref)
  const recording = useMemo(() => (data === undefined ? undefined : withoutWaiting(data)), [data])
  const lastSeq = useHappenings(ref, isRunning)
  const beginning = useBeginning(known)
  const { query } = useAddress('runs')
  const [replay] = useState(() => createReplay(trial.state !== 'finished' && query['step'] === undefined))
  useInStep(steps, replay, recording)
  const tabs = toTabs({ known, steps, recording, replay, lastSeq })
  const tab = tabs.find(({ value }) => value === query['tab'])?.value ?? 'steps'
  const show = (value: string): void => setQuery('runs', { tab: value === 'steps' ? null : value })
  useTrialActions({ known, steps, replay, recording, tab, tabs: tabs.map(({ value }) => value), show })
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <div className="shrink-0">
        <TrialHead known={known}>{hasVerdict(known) ? null : <AskAgain known={known} />}</TrialHead>
        <TrialFacts known={known} workdir={beginning.workdir} />
        {isRunning && trial.live !== null ? <LiveBar live={trial.live} /> : null}
        <TrialPhases known={known} beginning={beginning} recording={recording} replay={replay} />
        {hasVerdict(known) ? <VerdictBox known={known} /> : null}
      </div>
      <div className="flex min-h-120 flex-1 flex-col">
        <Tabs label="Trial" value={tab} onChange={show} items={tabs} />
      </div>
    </div>
  )
}

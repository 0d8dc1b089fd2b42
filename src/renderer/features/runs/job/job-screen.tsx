import { Suspense, type ReactNode } from 'react'
import { useActions } from '../../../app/actions.ts'
import { usePaneShown } from '../../../app/pane-shown.ts'
import { navigate, setQuery } from '../../../app/router.ts'
import { part } from '../../../client/part.ts'
import { useCall } from '../../../client/queries.ts'
import { JobState } from '../../../components/job-state.tsx'
import { PageHead } from '../../../components/page.tsx'
import { ProgressBar, ProgressCounts } from '../../../components/progress-bar.tsx'
import { ErrorState, Skeleton } from '../../../components/states.tsx'
import { Tabs, type TabItem } from '../../../components/tabs.tsx'
import { toVisible } from '../../../format/visible.ts'
import { useJob } from '../../../stores/live.ts'
import { useUpPaths } from '../../../trial/up-paths.ts'
import { TrialsView } from '../trials/trials-view.tsx'
import { JobButtons } from './job-buttons.tsx'
import { JobConfig } from './job-config.tsx'
import { describeJob } from './job-facts.ts'
import { JobLog } from './job-log.tsx'
import { useRunsAddress } from '../address.ts'

const Outcomes = part(async () => (await import('../outcomes/outcomes.tsx')).Outcomes)
const Pareto = part(async () => (await import('../pareto/pareto.tsx')).Pareto)

const TABS = ['trials', 'outcomes', 'pareto', 'config', 'log'] as const
type JobTab = (typeof TABS)[number]

/** One job: how it goes, and everything about it. */
export function JobScreen({ jobName }: { readonly jobName: string }) {
  const shown = usePaneShown()
  const { query } = useRunsAddress()
  const tab: JobTab = TABS.find((name) => name === query['tab']) ?? 'trials'
  const live = useJob(jobName)
  const detail = useCall('jobs.show', { jobName })
  const job = live ?? detail.data ?? null
  const up = useUpPaths(jobName)
  const crumbs = [{ label: 'Runs', to: up.list }]
  const goTo = (next: string): void => setQuery('runs', { tab: next === 'trials' ? null : next })
  const step = (by: number): void => goTo(TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? 'trials')
  useActions(
    [
      { id: 'job-up', group: 'Runs', title: 'Back to all runs', keys: 'escape', run: () => navigate(up.list) },
      {
        id: 'job-tab-next',
        group: 'Runs',
        title: 'Next tab',
        keys: 'alt+arrowright',
        hidden: true,
        run: () => step(1),
      },
      {
        id: 'job-tab-back',
        group: 'Runs',
        title: 'Previous tab',
        keys: 'alt+arrowleft',
        hidden: true,
        run: () => step(-1),
      },
      ...TABS.map((name) => ({
        id: `job-${name}`,
        group: 'Runs',
        title: `Job: ${LABELS[name]}`,
        run: () => goTo(name),
      })),
    ],
    shown,
  )
  if (job === null) {
    return (
      <>
        <PageHead title={toVisible(jobName)} crumbs={crumbs} />
        {detail.error === null ? (
          <Skeleton rows={10} />
        ) : (
          <ErrorState error={detail.error} retry={() => void detail.refetch()} />
        )}
      </>
    )
  }
  return (
    <>
      <PageHead
        title={<span title={jobName}>{toVisible(jobName)}</span>}
        crumbs={crumbs}
        answer={describeJob(job)}
        actions={<JobButtons job={job} />}
      />
      <div className="flex items-center gap-3 px-(--page) pb-2">
        <JobState job={job} />
        <ProgressBar counts={job.counts} className="max-w-96" />
        <ProgressCounts counts={job.counts} jobName={jobName} />
      </div>
      <Tabs label="Parts of the job" value={tab} onChange={goTo} items={toItems(jobName, job.totalTrials)} />
    </>
  )
}

const LABELS: Readonly<Record<JobTab, string>> = {
  trials: 'Trials',
  outcomes: 'Outcomes',
  pareto: 'Pareto',
  config: 'Config',
  log: 'Log',
}

function toItems(jobName: string, trials: number): readonly TabItem[] {
  const late = <Skeleton rows={10} />
  return [
    {
      value: 'trials',
      label: LABELS.trials,
      note: trials,
      content: (
        <Padded>
          <TrialsView jobName={jobName} />
        </Padded>
      ),
    },
    {
      value: 'outcomes',
      label: LABELS.outcomes,
      content: (
        <Suspense fallback={late}>
          <Outcomes jobName={jobName} />
        </Suspense>
      ),
    },
    {
      value: 'pareto',
      label: LABELS.pareto,
      content: (
        <Suspense fallback={late}>
          <Pareto jobName={jobName} />
        </Suspense>
      ),
    },
    { value: 'config', label: LABELS.config, content: <JobConfig jobName={jobName} /> },
    { value: 'log', label: LABELS.log, content: <JobLog jobName={jobName} /> },
  ]
}

function Padded({ children }: { readonly children: ReactNode }) {
  return <div className="flex min-h-0 flex-1 flex-col pt-2">{children}</div>
}

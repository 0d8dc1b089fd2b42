import type { TrialRef } from '../../contract/api/common.ts'
import { AppError } from '../../contract/errors.ts'
import { navigate, paths } from '../app/router.ts'
import { call } from '../client/client.ts'
import { plural } from '../format/format.ts'
import { groupBy } from '../format/group-by.ts'
import { listNames } from '../format/list-names.ts'
import { notify } from '../stores/notices.ts'
import { withSecrets } from './with-secrets.ts'
import { confirm } from './dialog.tsx'

/** The names of the new jobs; null: the user gave no values for what was kept nowhere. */
export async function startRerun(jobName: string, trials: readonly string[]): Promise<readonly string[] | null> {
  const started = await withSecrets({ jobName, action: 'Run again' }, async (secrets) =>
    call('jobs.rerun', { jobName, trials: [...trials], secrets }),
  )
  return started?.jobNames ?? null
}

/** All trials of a job that failed, in pages as large as the engine gives. Code: not-found where there are none. */
export async function failedTrials(jobName: string): Promise<readonly TrialRef[]> {
  const found: TrialRef[] = []
  for (let all = Infinity; found.length < all;) {
    const { total, trials } = await call('trials.query', {
      filter: { jobNames: [jobName], outcomes: ['failure', 'timeout', 'error'] },
      sort: { column: 'trialName', descending: false },
      offset: found.length,
      limit: PAGE,
    })
    found.push(...trials.map(({ trialName }) => ({ jobName, trialName })))
    all = trials.length === 0 ? 0 : total
  }
  if (found.length > 0) return found
  throw new AppError('not-found', `no trial of ${jobName} has failed`)
}

const PAGE = 5000

/** Asks once, and runs them again as new jobs. */
export async function rerunTrials(trials: readonly TrialRef[]): Promise<void> {
  const byJob = groupBy(trials, ({ jobName }) => jobName)
  const yes = await confirm({
    title: `Run ${plural(trials.length, 'trial')} again?`,
    text: `${describeJobs([...byJob.keys()])} with the same tasks and agents. What they cost is spent once more; the earlier results stay.`,
    action: 'Run again',
  })
  if (!yes) return
  const started: string[] = []
  for (const [jobName, of] of byJob) {
    const jobNames = await startRerun(
      jobName,
      of.map(({ trialName }) => trialName),
    )
    started.push(...(jobNames ?? []))
  }
  const [first] = started
  if (first === undefined) return
  const text = started.length === 1 ? `Started ${first}` : `Started ${started.length} jobs`
  notify(text, {
    label: 'Open',
    run: () => navigate(started.length === 1 ? paths.job(first) : '/runs'),
  })
}

function describeJobs(names: readonly string[]): string {
  if (names.length < 2) return 'They run as a new job'
  return `Those of ${listNames(names)} run as new jobs`
}

import type Database from 'better-sqlite3'
import { NO_COUNTS, type JobTotals } from '../../core/analysis/job-totals.ts'
import { compareText } from '../../core/analysis/group.ts'

type Count = keyof JobTotals['counts']

/** What SQL gives: names as JSON, counts side by side. */
type Totals = Omit<JobTotals, 'counts' | 'models' | 'sources' | 'costIsEstimate'> &
  Readonly<Record<Count | 'costIsEstimate', number>> & { readonly models: string; readonly sources: string }

const COUNTS: Readonly<Record<Count, string>> = {
  queued: "state = 'queued'",
  running: "state = 'running'",
  success: "state = 'finished' AND outcome = 'success'",
  failure: "state = 'finished' AND outcome = 'failure'",
  timeout: "state = 'finished' AND outcome = 'timeout'",
  error: "state = 'finished' AND outcome = 'error'",
  aborted: "state = 'finished' AND outcome = 'aborted'",
  none: "state = 'finished' AND outcome IS NULL",
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its keys are these
const COUNT_NAMES = Object.keys(NO_COUNTS) as readonly Count[]

const JUDGED =
  "reward IS NOT NULL AND outcome IS NOT 'aborted' AND blame IS NOT 'infrastructure' AND blame IS NOT 'user'"

const SELECT = `
  SELECT
    job_name AS jobName,
    count(*) AS trials,
    json_group_array(DISTINCT model) FILTER (WHERE model IS NOT NULL) AS models,
    json_group_array(DISTINCT source) FILTER (WHERE source IS NOT NULL) AS sources,
    count(DISTINCT task_name) AS tasks,
    ${COUNT_NAMES.map((name) => `count(*) FILTER (WHERE ${COUNTS[name]}) AS "${name}"`).join(', ')},
    count(*) FILTER (WHERE blame = 'infrastructure') AS infrastructureErrors,
    count(*) FILTER (WHERE outcome = 'success') AS resolved,
    count(*) FILTER (WHERE ${JUDGED}) AS judged,
    sum(cost_usd) AS costUsd,
    coalesce(max(cost_is_estimate) FILTER (WHERE cost_usd IS NOT NULL), 0) AS costIsEstimate,
    sum(input_tokens) AS inputTokens,
    sum(cached_tokens) AS cachedTokens,
    sum(output_tokens) AS outputTokens
  FROM trials`

/** What the trials of these jobs, or of all, came to so far. */
export function createJobTotalsTable(db: Database.Database): (jobNames: readonly string[] | null) => JobTotals[] {
  const all = db.prepare<[], Totals>(`${SELECT} GROUP BY job_name`)
  const some = db.prepare<[string], Totals>(
    `${SELECT} WHERE job_name IN (SELECT value FROM json_each(?)) GROUP BY job_name`,
  )
  return (jobNames) => (jobNames === null ? all.all() : some.all(JSON.stringify(jobNames))).map(toTotals)
}

function toTotals({ models, sources, costIsEstimate, ...row }: Totals): JobTotals {
  const { queued, running, success, failure, timeout, error, aborted, none, ...rest } = row
  return {
    ...rest,
    costIsEstimate: costIsEstimate !== 0,
    counts: { queued, running, success, failure, timeout, error, aborted, none },
    models: toNames(models),
    sources: toNames(sources),
  }
}

function toNames(json: string): string[] {
  const names: unknown = JSON.parse(json)
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string').sort(compareText) : []
}

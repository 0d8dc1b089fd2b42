import { AppError } from '../../contract/errors.ts'
import type { JobConfig } from '../../contract/harbor/job-config.ts'
import { TrialConfig } from '../../contract/harbor/trial-config.ts'
import { groupBy } from '../../core/analysis/group.ts'
import { CONFIG_FILE } from '../../node/read/layout.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import type { RunRequest } from '../engine.ts'
import { fillRedacted } from '../redacted.ts'
import { jobFolder, parseJson, readJobConfig, readJobRecord, trialFolder } from './job-folder.ts'
import { missingSecrets } from './missing-secrets.ts'

interface Rerun {
  readonly jobsDir: string
  readonly jobName: string
  readonly trials: readonly string[]
  /** Values that are kept nowhere, by their place in the job's configuration. */
  readonly secrets: Readonly<Record<string, string>>
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  /** Whether a job of that name is there. */
  readonly isTaken: (jobName: string) => boolean
}

interface ChosenTrial {
  readonly taskPath: string
  readonly source: string | null
  readonly agent: JobConfig['agents'][number]
  /** Its place among those of the job; null: the job's configuration does not tell. */
  readonly agentIndex: number | null
}

/**
 * One new job for each agent and model among the chosen trials: its tasks, each as often as it was chosen. Code:
 * invalid-input, also where values are missing (`details.places`).
 */
export function toReruns({ jobsDir, jobName, trials, secrets, hostEnv, isTaken }: Rerun): readonly RunRequest[] {
  const directory = jobFolder(jobsDir, jobName)
  const stored = readJobConfig(directory)
  const record = readJobRecord(directory)
  const filled = fillRedacted(stored, { given: secrets, hostEnv })
  const planned = new Map(record?.trials.map((trial) => [trial.trialName, trial]))
  const chosen = trials.map((trialName): ChosenTrial => {
    const trial = planned.get(trialName)
    const agent = trial === undefined ? undefined : filled.config.agents[trial.agentIndex]
    if (trial === undefined || agent === undefined) return readTrial(jobsDir, jobName, trialName)
    return { taskPath: trial.taskPath, source: trial.source, agent, agentIndex: trial.agentIndex }
  })
  const missing = new Set(filled.missingSecrets.filter((place) => isNeeded(place, chosen)))
  const taken = new Set<string>()
  const reruns = [...groupBy(chosen, ({ agent }) => JSON.stringify(agent)).values()].map((of) => {
    const name = freeName(jobName, (wanted) => taken.has(wanted) || isTaken(wanted))
    taken.add(name)
    const config = toConfig(filled.config, name, of)
    // The agent of a trial that the plan does not name was not filled with those of the job.
    const isPlanned = of.every(({ agentIndex }) => agentIndex !== null)
    const rest = isPlanned ? null : fillRedacted(config, { given: secrets, hostEnv })
    for (const place of rest?.missingSecrets ?? []) missing.add(place)
    return { config: rest?.config ?? config, backend: backendOf(stored, record?.backend) }
  })
  if (missing.size > 0) throw missingSecrets(`run trials of ${jobName} again`, [...missing])
  return reruns
}

/** What only other agents of the job need is not asked for. */
function isNeeded(place: string, chosen: readonly ChosenTrial[]): boolean {
  const [part, index] = place.split('.')
  return part !== 'agents' || chosen.some(({ agentIndex }) => String(agentIndex) === index)
}

function toConfig(config: JobConfig, jobName: string, chosen: readonly ChosenTrial[]): JobConfig {
  const byTask = [...groupBy(chosen, ({ taskPath }) => taskPath).values()]
  const attempts = byTask.map(({ length }) => length)
  const fewest = Math.min(...attempts)
  // Attempts count for every task alike: where they differ, a task is named as often as it is to run.
  const isEven = attempts.every((count) => count === fewest)
  const tasks = isEven ? byTask.flatMap(([first]) => first ?? []) : chosen
  return {
    ...config,
    job_name: jobName,
    n_attempts: isEven ? fewest : 1,
    agents: chosen.slice(0, 1).map(({ agent }) => agent),
    datasets: [],
    tasks: tasks.map(({ taskPath, source }) => ({ ...NO_TASK, path: taskPath, source })),
  }
}

const NO_TASK = {
  path: null,
  git_url: null,
  git_commit_id: null,
  name: null,
  ref: null,
  overwrite: false,
  download_dir: null,
  source: null,
}

/** Of a trial that Harbor ran, or that the job's plan does not name. */
function readTrial(jobsDir: string, jobName: string, trialName: string): ChosenTrial {
  const text = readTextBelow(trialFolder(jobsDir, { jobName, trialName }), [CONFIG_FILE])
  const parsed = TrialConfig.safeParse(parseJson(text))
  const path = parsed.data?.task.path ?? null
  if (parsed.data === undefined || path === null) {
    throw new AppError('invalid-input', `${trialName} cannot be run again: it does not say what it was`, {
      details: { hint: 'trials whose config.json is missing, or that ran a task of a registry, are not run again' },
    })
  }
  return { taskPath: path, source: parsed.data.task.source, agent: parsed.data.agent, agentIndex: null }
}

function backendOf({ environment }: JobConfig, recorded: RunRequest['backend'] | undefined): RunRequest['backend'] {
  if (recorded !== undefined) return recorded
  if (environment.import_path === 'tbcc:sandbox') return 'sandbox'
  return environment.type === 'podman' ? 'podman' : 'docker'
}

function freeName(jobName: string, isTaken: (name: string) => boolean): string {
  const base = jobName.replace(/-rerun-\d+$/, '').slice(0, 120)
  for (let n = 1; ; n += 1) {
    const name = `${base}-rerun-${n}`
    if (!isTaken(name)) return name
  }
}

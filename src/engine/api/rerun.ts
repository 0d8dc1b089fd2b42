import { AppError } from '../../contract/errors.ts'
import type { JobConfig } from '../../contract/harbor/job-config.ts'
import { TrialConfig } from '../../contract/harbor/trial-config.ts'
import { groupBy } from '../../core/analysis/group.ts'
import { variableOfSetting } from '../../core/job/secrets.ts'
import { CONFIG_FILE } from '../../node/read/layout.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import type { RunRequest } from '../engine.ts'
import { fillRedacted } from '../redacted.ts'
import { jobFolder, parseJson, readJobConfig, readJobRecord, trialFolder } from './job-folder.ts'

interface Rerun {
  readonly jobsDir: string
  readonly jobName: string
  readonly trials: readonly string[]
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  /** Whether a job of that name is there. */
  readonly isTaken: (jobName: string) => boolean
}

interface ChosenTrial {
  readonly taskPath: string
  readonly source: string | null
  readonly agent: JobConfig['agents'][number]
}

/** One new job for each agent and model among the chosen trials: its tasks, each as often as it was chosen. */
export function toReruns({ jobsDir, jobName, trials, hostEnv, isTaken }: Rerun): readonly RunRequest[] {
  const directory = jobFolder(jobsDir, jobName)
  const config = readJobConfig(directory)
  const record = readJobRecord(directory)
  const planned = new Map(record?.trials.map((trial) => [trial.trialName, trial]))
  const chosen = trials.map((trialName): ChosenTrial => {
    const trial = planned.get(trialName)
    const agent = trial === undefined ? undefined : config.agents[trial.agentIndex]
    if (trial === undefined || agent === undefined) return readTrial(jobsDir, jobName, trialName)
    return { taskPath: trial.taskPath, source: trial.source, agent }
  })
  const taken = new Set<string>()
  return [...groupBy(chosen, ({ agent }) => JSON.stringify(agent)).values()].map((of) => {
    const name = freeName(jobName, (wanted) => taken.has(wanted) || isTaken(wanted))
    taken.add(name)
    return { config: withSecrets(toConfig(config, name, of), hostEnv), backend: backendOf(config, record?.backend) }
  })
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
  return { taskPath: path, source: parsed.data.task.source, agent: parsed.data.agent }
}

function backendOf({ environment }: JobConfig, recorded: RunRequest['backend'] | undefined): RunRequest['backend'] {
  if (recorded !== undefined) return recorded
  if (environment.import_path === 'tbcc:sandbox') return 'sandbox'
  return environment.type === 'podman' ? 'podman' : 'docker'
}

function withSecrets(config: JobConfig, hostEnv: Rerun['hostEnv']): JobConfig {
  const filled = fillRedacted(config, { given: {}, hostEnv })
  if (filled.missingSecrets.length === 0) return filled.config
  const names = filled.missingSecrets.map(variableOfSetting).join(', ')
  throw new AppError('invalid-input', `values that are kept nowhere are needed: ${filled.missingSecrets.join(', ')}`, {
    details: { hint: `set the variables ${names}, as keys in Settings or where the engine is started` },
  })
}

function freeName(jobName: string, isTaken: (name: string) => boolean): string {
  const base = jobName.replace(/-rerun-\d+$/, '').slice(0, 120)
  for (let n = 1; ; n += 1) {
    const name = `${base}-rerun-${n}`
    if (!isTaken(name)) return name
  }
}

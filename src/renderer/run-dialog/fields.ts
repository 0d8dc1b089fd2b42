/** A setting of a run that is typed in: where it stands in the job's configuration, and which setting it starts from. */
export interface RunField {
  readonly label: string
  readonly help: string
  readonly unit: string | null
  /** What an empty field means; null: it may not be empty. */
  readonly empty: string | null
  readonly kind: 'number' | 'text'
  /** In the configuration; `*` stands for each agent. */
  readonly path: readonly string[]
  /** Key of the setting that gives its first value. */
  readonly setting: string | null
  readonly group: 'common' | 'time' | 'container'
}

const TASK_SAYS = 'as the task says'
const GENERAL = 'the general factor'

/** Every such field by name, in the order of the dialog. */
export const RUN_FIELDS = {
  attempts: {
    ...number('Attempts', 'How often each agent and model tries each task.', ['n_attempts']),
    unit: 'per task',
    setting: 'execution.attempts',
  },
  concurrency: {
    ...number('At once', 'Trials that run at the same time.', ['n_concurrent_trials']),
    unit: 'trials',
    setting: 'execution.concurrency',
  },
  timeoutFactor: {
    ...number('Timeout factor', 'Multiplies every limit of the tasks. Another factor than 1 is not the benchmark’s.', [
      'timeout_multiplier',
    ]),
    unit: '×',
    setting: 'execution.timeoutFactor',
  },
  retries: {
    ...number('Retries', 'Of a trial that ended with an error. Verdicts and timeouts are never retried.', [
      'retry',
      'max_retries',
    ]),
    unit: 'per trial',
    setting: 'execution.retries',
  },
  jobName: {
    ...number('Job name', 'Name of its folder.', ['job_name']),
    kind: 'text',
    empty: 'date and time',
  },
  cpus: {
    ...number('Processors', 'In place of the tasks’ own. Not the benchmark’s limits any more.', [
      'environment',
      'override_cpus',
    ]),
    group: 'container',
    unit: 'CPUs',
    empty: TASK_SAYS,
    setting: 'containers.cpus',
  },
  memory: {
    ...number('Memory', 'In place of the tasks’ own. Not the benchmark’s limits any more.', [
      'environment',
      'override_memory_mb',
    ]),
    group: 'container',
    unit: 'MB',
    empty: TASK_SAYS,
    setting: 'containers.memoryMb',
  },
  network: {
    ...number('Network', 'Container network of tasks that may use one: a name, or host.', [
      'environment',
      'kwargs',
      'network',
    ]),
    group: 'container',
    kind: 'text',
    empty: 'the engine’s default',
    setting: 'containers.network',
  },
  agentTimeout: {
    ...number('Agent timeout', 'In place of the tasks’ own limit, before any factor.', [
      'agents',
      '*',
      'override_timeout_sec',
    ]),
    group: 'time',
    unit: 's',
    empty: TASK_SAYS,
    setting: 'execution.agentTimeoutSec',
  },
  agentSetupTimeout: {
    ...number('Agent setup timeout', 'In place of the agent’s own limit, before any factor.', [
      'agents',
      '*',
      'override_setup_timeout_sec',
    ]),
    group: 'time',
    unit: 's',
    empty: 'as the agent says',
    setting: 'execution.agentSetupTimeoutSec',
  },
  verifierTimeout: {
    ...number('Verifier timeout', 'In place of the tasks’ own limit, before any factor.', [
      'verifier',
      'override_timeout_sec',
    ]),
    group: 'time',
    unit: 's',
    empty: TASK_SAYS,
    setting: 'execution.verifierTimeoutSec',
  },
  agentFactor: factor('Agent factor', 'agent_timeout_multiplier', 'execution.agentTimeoutFactor'),
  agentSetupFactor: factor('Agent setup factor', 'agent_setup_timeout_multiplier', 'execution.agentSetupTimeoutFactor'),
  verifierFactor: factor('Verifier factor', 'verifier_timeout_multiplier', 'execution.verifierTimeoutFactor'),
  buildFactor: factor('Build factor', 'environment_build_timeout_multiplier', 'execution.buildTimeoutFactor'),
} as const satisfies Readonly<Record<string, RunField>>

export type RunFieldName = keyof typeof RUN_FIELDS

export const RUN_FIELD_NAMES = Object.keys(RUN_FIELDS).filter(isFieldName)

export function fieldsOf(group: RunField['group']): readonly RunFieldName[] {
  return RUN_FIELD_NAMES.filter((name) => RUN_FIELDS[name].group === group)
}

function isFieldName(name: string): name is RunFieldName {
  return name in RUN_FIELDS
}

function number(label: string, help: string, path: readonly string[]): RunField {
  return { label, help, path, kind: 'number', group: 'common', unit: null, empty: null, setting: null }
}

function factor(label: string, key: string, setting: string): RunField {
  return {
    ...number(label, 'In place of the general factor for this phase.', [key]),
    group: 'time',
    unit: '×',
    empty: GENERAL,
    setting,
  }
}

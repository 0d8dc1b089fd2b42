import { AGENTS } from '../agent/registry.ts'
import { MAX_LOG_MB } from './apply.ts'
import { settingsOf, type SettingDefinition } from './definition.ts'

/** Seconds in a day: nothing that a task does should take longer. */
const LONGEST_SEC = 86_400
const TASK_SAYS = 'as the task says'

const execution = settingsOf('execution')
const containers = settingsOf('containers')
const logging = settingsOf('logging')
const paths = settingsOf('paths')
const appearance = settingsOf('appearance')

const factor = (name: string, what: string): SettingDefinition =>
  execution.number(name, {
    label: `${what}: timeout factor`,
    help: `Multiplies the task's own limit of this phase in place of the general factor.`,
    min: 0.1,
    max: 100,
    unit: '×',
    nullLabel: 'the general factor',
  })

/**
 * Every setting there is. Each is observed: by new jobs (the run dialog's fields), by environments without a job
 * (toJobDefaults), by the engine (toBackendChoice, toBackendEnv, toLogPolicy), or by the screens (group appearance).
 */
export const SETTINGS: readonly SettingDefinition[] = [
  execution.choice('agent', {
    label: 'Agent',
    help: 'The agent that a new job starts with.',
    choices: AGENTS.map(({ name, summary }) => [name, `${name}: ${summary}`]),
    default: 'oracle',
  }),
  execution.text('model', {
    label: 'Model',
    help: 'The model of a new job, as provider/name; agents without a model ignore it.',
    nullLabel: 'none',
  }),
  execution.integer('maxTurns', {
    label: 'Turns of the agent',
    help: 'How many turns an agent may take, where it knows such a limit; its time limit holds besides.',
    min: 1,
    max: 10_000,
    unit: 'turns',
    nullLabel: 'no limit of its own',
  }),
  execution.integer('attempts', {
    label: 'Attempts per task',
    help: 'How often each task is tried by each agent and model; all attempts count in the rate.',
    min: 1,
    max: 20,
    default: 1,
  }),
  execution.integer('concurrency', {
    label: 'Trials at once',
    help: 'How many trials run at the same time; too many for the machine make timeouts.',
    min: 1,
    max: 256,
    default: 4,
    unit: 'trials',
  }),
  execution.integer('retries', {
    label: 'Retries',
    help: 'How often a trial that ended with an error is run again; verdicts and timeouts are never retried.',
    min: 0,
    max: 10,
    default: 0,
  }),
  execution.number('timeoutFactor', {
    label: 'Timeout factor',
    help: "Multiplies every limit of the tasks; results with another factor than 1 are not the benchmark's.",
    min: 0.1,
    max: 100,
    default: 1,
    unit: '×',
  }),
  factor('agentTimeoutFactor', 'Agent'),
  factor('verifierTimeoutFactor', 'Verifier'),
  factor('agentSetupTimeoutFactor', 'Agent setup'),
  factor('buildTimeoutFactor', 'Environment build'),
  execution.integer('agentTimeoutSec', {
    label: 'Agent timeout',
    help: "Replaces the tasks' own limit for the agent, before any factor.",
    min: 10,
    max: LONGEST_SEC,
    unit: 's',
    nullLabel: TASK_SAYS,
  }),
  execution.integer('agentSetupTimeoutSec', {
    label: 'Agent setup timeout',
    help: 'Replaces the limit for making the agent ready, before any factor.',
    min: 10,
    max: LONGEST_SEC,
    unit: 's',
    nullLabel: 'as the agent says',
  }),
  execution.integer('verifierTimeoutSec', {
    label: 'Verifier timeout',
    help: "Replaces the tasks' own limit for the tests, before any factor.",
    min: 10,
    max: LONGEST_SEC,
    unit: 's',
    nullLabel: TASK_SAYS,
  }),

  containers.choice('backend', {
    label: 'Backend',
    help: 'Where environments run; automatic takes Docker where it answers, else the sandbox.',
    choices: [
      ['auto', 'automatic'],
      ['docker', 'Docker'],
      ['podman', 'Podman'],
      ['sandbox', 'sandbox (Linux namespaces)'],
    ],
    default: 'auto',
  }),
  {
    ...containers.text('endpoint', {
      label: 'Docker endpoint',
      help: 'The Docker engine to use: unix:///path, tcp://host:port or ssh://user@host; from the next start of the engine.',
      nullLabel: "Docker's own context",
    }),
    variable: 'DOCKER_HOST',
  },
  containers.integer('memoryMb', {
    label: 'Memory',
    help: "Replaces the tasks' own memory limit; results with other limits are not the benchmark's.",
    min: 64,
    max: 4_194_304,
    unit: 'MB',
    nullLabel: TASK_SAYS,
  }),
  containers.integer('cpus', {
    label: 'Processors',
    help: "Replaces the tasks' own limit of processors; results with other limits are not the benchmark's.",
    min: 1,
    max: 1024,
    unit: 'CPUs',
    nullLabel: TASK_SAYS,
  }),
  containers.text('network', {
    label: 'Network',
    help: 'The container network of environments that may use one: a name, or host; tasks without network stay so.',
    nullLabel: "the engine's default",
  }),
  containers.flag('keepOnFailure', {
    label: 'Keep environments of failures',
    help: 'Leaves the container of a trial that did not succeed running, to look into it; tbcc clean --kept removes it.',
    default: false,
  }),

  logging.flag('saveTrajectories', {
    label: 'Keep trajectories',
    help: "Keeps the agents' trajectory.json; without it a verdict stands, but how it was reached cannot be shown to others.",
    default: true,
  }),
  logging.flag('saveOutput', {
    label: 'Keep terminal output',
    help: 'Keeps what trials printed; without it a verdict can no longer be checked against what was seen.',
    default: true,
  }),
  logging.integer('maxLogMb', {
    label: 'Largest log',
    help: 'How much of what a trial prints is kept in one file; what comes after is dropped, the trial says so, and its verdict is the same.',
    min: 1,
    max: 1_048_576,
    default: MAX_LOG_MB,
    unit: 'MB',
  }),
  logging.integer('pruneOutputDays', {
    label: 'Remove terminal output after',
    help: 'When the engine starts, terminal output of trials that ended longer ago is removed; all else stays.',
    min: 1,
    max: 3650,
    unit: 'days',
    nullLabel: 'never',
  }),

  paths.path('tasks', {
    label: 'Tasks folder',
    help: 'Where the Tasks screen looks first.',
    nullLabel: 'the default places',
  }),
  paths.list('datasets', { label: 'Datasets', help: 'Further folders of tasks that the dataset picker offers.' }),
  paths.path('jobs', {
    label: 'Jobs folder',
    help: 'Where jobs are kept; from the next start of the engine, and where the start names no other.',
    nullLabel: "the application's default",
  }),

  appearance.choice('theme', {
    label: 'Theme',
    help: 'Colours of the screens.',
    choices: [
      ['system', 'as the system'],
      ['light', 'light'],
      ['dark', 'dark'],
    ],
    default: 'system',
  }),
  appearance.choice('density', {
    label: 'Density',
    help: 'How close rows stand.',
    choices: [
      ['comfortable', 'comfortable'],
      ['compact', 'compact'],
    ],
    default: 'comfortable',
  }),
  appearance.choice('motion', {
    label: 'Motion',
    help: 'Whether the screens move things.',
    choices: [
      ['system', 'as the system'],
      ['reduced', 'reduced'],
      ['full', 'full'],
    ],
    default: 'system',
  }),
]

/** The definition of a key; undefined where there is no such setting. */
export function findSetting(key: string): SettingDefinition | undefined {
  return SETTINGS.find((setting) => setting.key === key)
}

import { TrialConfig } from '../../contract/harbor/trial-config.ts'
import type { TaskConfig } from '../../contract/harbor/task-config.ts'
import type { TrialRecord } from '../../contract/trial.ts'
import { loadTask } from '../../node/fs/task-directory.ts'
import { CONFIG_FILE } from '../../node/read/layout.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import { parseJson } from './job-folder.ts'

interface Difference {
  readonly key: string
  readonly task: string | null
  readonly used: string | null
}

/** Harbor's config.json of a trial, and what of it differs from the task's own defaults. */
export async function showTrialConfig(
  directory: string,
  record: TrialRecord | null,
): Promise<{ config: string | null; differences: Difference[] }> {
  const config = readTextBelow(directory, [CONFIG_FILE])
  const parsed = TrialConfig.safeParse(parseJson(config)).data ?? null
  const path = record?.taskPath ?? parsed?.task.path ?? null
  const entry = path === null ? null : await loadTask(path)
  const task = entry?.valid === true ? entry.task.config : null
  return { config, differences: parsed === null ? [] : listDifferences(task, parsed, record) }
}

function listDifferences(task: TaskConfig | null, config: TrialConfig, record: TrialRecord | null): Difference[] {
  const { agent, verifier, environment } = config
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    [
      'agent timeout, s',
      task?.agent.timeout_sec ?? null,
      agent.override_timeout_sec ?? task?.agent.timeout_sec ?? null,
    ],
    ['agent timeout, at most, s', null, agent.max_timeout_sec],
    ['agent setup timeout, s', null, agent.override_setup_timeout_sec],
    [
      'verifier timeout, s',
      task?.verifier.timeout_sec ?? null,
      verifier.override_timeout_sec ?? task?.verifier.timeout_sec ?? null,
    ],
    ['verifier timeout, at most, s', null, verifier.max_timeout_sec],
    ['timeout factor', 1, config.timeout_multiplier],
    ['agent timeout factor', null, config.agent_timeout_multiplier],
    ['verifier timeout factor', null, config.verifier_timeout_multiplier],
    ['agent setup timeout factor', null, config.agent_setup_timeout_multiplier],
    ['environment build timeout factor', null, config.environment_build_timeout_multiplier],
    ['processors', task?.environment.cpus ?? null, environment.override_cpus ?? task?.environment.cpus ?? null],
    [
      'memory, MB',
      task?.environment.memory_mb ?? null,
      environment.override_memory_mb ?? task?.environment.memory_mb ?? null,
    ],
    [
      'image',
      task?.environment.docker_image ?? null,
      record?.environment?.image ?? task?.environment.docker_image ?? null,
    ],
    ['image is built anew', false, environment.force_build],
    ['environment is removed', true, environment.delete],
    ['network', networkOf(task), record?.environment?.network ?? networkOf(task)],
    ['verification', true, !verifier.disable],
    ['variables of the agent', null, namesOf(agent.env)],
    ['variables of the verifier', namesOf(task?.verifier.env), namesOf({ ...task?.verifier.env, ...verifier.env })],
    [
      'variables of the environment',
      namesOf(task?.environment.env),
      namesOf({ ...task?.environment.env, ...environment.env }),
    ],
    ['settings of the environment', null, Object.keys(environment.kwargs).join(', ') || null],
    ['extra instructions', null, config.extra_instructions.length + config.extra_instruction_paths.length || null],
    ['not enforced', null, record?.environment?.notEnforced.join('; ') || null],
  ]
  return rows
    .map(([key, own, used]) => ({ key, task: toText(own), used: toText(used) }))
    .filter((row) => row.task !== row.used)
}

function networkOf(task: TaskConfig | null): string | null {
  return task === null ? null : task.environment.network_mode === 'no-network' ? 'no-network' : 'public'
}

/** Names alone: a value may be a secret. */
function namesOf(env: Readonly<Record<string, string>> | undefined): string | null {
  const names = Object.keys(env ?? {}).sort()
  return names.length === 0 ? null : names.join(', ')
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

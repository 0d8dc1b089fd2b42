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

type Ran = Pick<TrialRecord, 'taskPath' | 'environment'>

/** Harbor's config.json of a trial, and what of it differs from the task's own defaults. */
export async function showTrialConfig(
  directory: string,
  record: Ran | null,
): Promise<{ config: string | null; differences: Difference[] }> {
  const config = readTextBelow(directory, [CONFIG_FILE])
  const parsed = TrialConfig.safeParse(parseJson(config)).data ?? null
  const path = record?.taskPath ?? parsed?.task.path ?? null
  const entry = path === null ? null : await loadTask(path, { verify: false })
  const task = entry?.valid === true ? entry.task.config : null
  return { config, differences: parsed === null ? [] : listDifferences(task, parsed, record) }
}

function listDifferences(task: TaskConfig | null, config: TrialConfig, record: Ran | null): Difference[] {
  const { agent, verifier, environment } = config
  // Where the task names none, one is built under a name of ours: that is as the task says.
  const image = task?.environment.docker_image ?? null
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
    ['image', image, image === null ? null : (record?.environment?.image ?? image)],
    ['image is built anew', false, environment.force_build],
    ['environment is removed', true, environment.delete],
    ['network', networkOf(task), record?.environment?.network ?? networkOf(task)],
    ['verification', true, !verifier.disable],
    ['variables of the agent', null, namesOf(agent.env)],
    ['variables of the verifier', namesOf(task?.verifier.env), namesOf(verifier.env, task?.verifier.env)],
    ['variables of the environment', namesOf(task?.environment.env), namesOf(environment.env, task?.environment.env)],
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

/** Names alone: a value may be a secret. `own`: those of the task that they are added to, or replace. */
function namesOf(env: Env = {}, own: Env = {}): string | null {
  const names = Object.keys({ ...own, ...env })
    .sort()
    .map((name) =>
      Object.hasOwn(own, name) && Object.hasOwn(env, name) && own[name] !== env[name] ? `${name} (changed)` : name,
    )
  return names.length === 0 ? null : names.join(', ')
}

type Env = Readonly<Record<string, string>>

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

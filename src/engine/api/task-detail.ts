import { realpathSync } from 'node:fs'
import type { TaskDetail, TaskSummary } from '../../contract/api/tasks.ts'
import { AppError } from '../../contract/errors.ts'
import type { ContainerBackend, EnvironmentSpec } from '../../core/environment/backend.ts'
import { imageSourceOf } from '../../core/environment/image-source.ts'
import { taskLabels } from '../../core/task/labels.ts'
import type { Task } from '../../core/task/task.ts'
import { loadTask } from '../../node/fs/task-directory.ts'
import { hashTask } from '../../node/fs/task-digest.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import type { Backends } from '../backends.ts'
import { plainEnvironment } from '../task-images.ts'
import { listFilesBelow } from './list-files.ts'

export function toTaskSummary(task: Task): TaskSummary {
  const { agent, verifier, environment } = task.config
  const { difficulty, category, tags } = taskLabels(task.config)
  return {
    name: task.name,
    shortName: task.shortName,
    directory: task.directory,
    difficulty,
    category,
    tags: [...tags],
    agentTimeoutSec: agent.timeout_sec,
    verifierTimeoutSec: verifier.timeout_sec,
    cpus: environment.cpus,
    memoryMb: environment.memory_mb,
    network: environment.network_mode ?? 'public',
    image: environment.docker_image,
    hasSolution: task.files.hasSolution,
    unsupported: [...task.unsupported],
  }
}

/** Everything about one task. Code: invalid-input where it is none. */
export async function showTask(directory: string, backends: Backends): Promise<TaskDetail> {
  const entry = await loadTask(directory)
  if (!entry.valid) {
    const [first] = entry.issues
    throw new AppError('invalid-input', `${directory} is no valid task: ${first?.file}: ${first?.message}`)
  }
  const { task } = entry
  const root = realpathSync.native(directory)
  const { digest, contextId } = await hashTask(directory)
  const spec = plainEnvironment({ task, contextId })
  return {
    ...toTaskSummary(task),
    instruction: task.instruction,
    configToml: readTextBelow(root, ['task.toml']) ?? '',
    buildTimeoutSec: task.config.environment.build_timeout_sec,
    storageMb: task.config.environment.storage_mb,
    files: listFilesBelow(root).files,
    hostVariables: task.hostVariables.map((variable) => ({ ...variable })),
    digest,
    imageName: imageSourceOf(spec).name,
    refusals: await listRefusals(task, spec, backends),
  }
}

/** Why a backend cannot run a task; null: it can. */
export async function refuseTask(directory: string, backend: Pick<ContainerBackend, 'refuse'>): Promise<string | null> {
  const entry = await loadTask(directory)
  if (!entry.valid) return entry.issues[0]?.message ?? 'it is no valid task'
  // No refusal asks what the image of a build would be called.
  return refusalOf(entry.task, plainEnvironment({ task: entry.task, contextId: '' }), backend)
}

async function refusalOf(
  task: Task,
  spec: EnvironmentSpec,
  backend: Pick<ContainerBackend, 'refuse'>,
): Promise<string | null> {
  return task.unsupported.length > 0 ? task.unsupported.join('; ') : backend.refuse(spec)
}

async function listRefusals(task: Task, spec: EnvironmentSpec, backends: Backends): Promise<TaskDetail['refusals']> {
  const probes = await backends.probeAll()
  const refusals = await Promise.all(
    probes.map(async ({ name, probe }) => {
      if (!probe.available) return { backend: name, reason: probe.reason }
      return { backend: name, reason: await refusalOf(task, spec, backends.get(name)) }
    }),
  )
  return refusals.flatMap(({ backend, reason }) => (reason === null ? [] : [{ backend, reason }]))
}

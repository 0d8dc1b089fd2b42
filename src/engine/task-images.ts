import { JobConfig } from '../contract/harbor/job-config.ts'
import type { ImageSource } from '../core/environment/backend.ts'
import { imageSourceOf } from '../core/environment/image-source.ts'
import type { EnvironmentSpec } from '../core/environment/backend.ts'
import { parseEnvironmentOptions } from '../core/environment/options.ts'
import { toEnvironmentSpec, type SelectedTask } from '../core/job/plan-trial.ts'
import type { Task } from '../core/task/task.ts'
import { hashAll } from './hash-tasks.ts'

/** What a task asks of its environment where a job changes nothing about it. */
export function plainEnvironment(task: Pick<SelectedTask, 'task' | 'contextId'>): EnvironmentSpec {
  return toEnvironmentSpec({ config: JobConfig.parse({}), options: parseEnvironmentOptions({}) }, task, {})
}

/** The images of tasks, each once. A task without one, or whose content cannot be told, has none. */
export async function taskImages(tasks: readonly Task[]): Promise<readonly ImageSource[]> {
  const built = tasks.filter(({ config, files }) => config.environment.docker_image === null && files.hasDockerfile)
  // The name of a prebuilt image says what it is; the others are named after their content.
  const hashed = await hashAll(built.map((task) => ({ task, source: null })))
  const prebuilt = tasks.flatMap(({ config }) => config.environment.docker_image ?? [])
  const sources = [
    ...prebuilt.map((name): ImageSource => ({ name, isBuilt: false })),
    ...hashed.tasks.map((task) => imageSourceOf(plainEnvironment(task))),
  ]
  return [...new Map(sources.map((source) => [source.name, source])).values()]
}

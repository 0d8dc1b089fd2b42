import type { EngineStatus } from '../../../contract/api/engine.ts'
import type { TaskSummary } from '../../../contract/api/tasks.ts'
import { call } from '../../client/client.ts'

export type Backend = NonNullable<EngineStatus['backend']>['name'] | null

/** One of the tasks that the backend can run, each as likely as any other; undefined: there is none. */
export async function drawTask(
  tasks: readonly TaskSummary[],
  backend: Backend,
  random = Math.random,
): Promise<TaskSummary | undefined> {
  const left = tasks.filter(({ unsupported }) => unsupported.length === 0)
  while (left.length > 0) {
    const [task] = left.splice(Math.floor(random() * left.length), 1)
    if (task === undefined) return undefined
    // Where no backend is known, the run dialog says why none is.
    const refusals = backend === null ? [] : await call('tasks.refusals', { backend, directories: [task.directory] })
    if (refusals.length === 0) return task
  }
  return undefined
}

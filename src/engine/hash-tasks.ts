import { AppError } from '../contract/errors.ts'
import type { SelectedTask } from '../core/job/plan-trial.ts'
import type { TaskEntry } from '../core/task/task.ts'
import { hashTask } from '../node/fs/task-digest.ts'

type InvalidEntry = Extract<TaskEntry, { valid: false }>

/** A task's content beside what was read of it. */
export interface HashedTasks {
  /** In the order in which they were given. */
  readonly tasks: readonly SelectedTask[]
  /** Those whose content cannot be told, such as a folder link out of the task; each folder once. */
  readonly invalid: readonly InvalidEntry[]
}

/** Digests of the tasks that a job runs, each folder hashed once. One that cannot be hashed hides no other. */
export async function hashAll(
  tasks: readonly { readonly task: SelectedTask['task']; readonly source: string | null }[],
): Promise<HashedTasks> {
  const folders = new Map(tasks.map(({ task }) => [task.directory, task]))
  const hashes = new Map(
    await Promise.all([...folders].map(async ([folder, task]) => [folder, await hashOne(task)] as const)),
  )
  return {
    tasks: tasks.flatMap(({ task, source }) => {
      const hash = hashes.get(task.directory)
      return hash === undefined || 'issues' in hash ? [] : [{ task, source, ...hash }]
    }),
    invalid: [...hashes.values()].filter((hash) => 'issues' in hash),
  }
}

async function hashOne({ name, directory }: SelectedTask['task']) {
  try {
    return await hashTask(directory)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return toUnhashed(name, directory, error)
  }
}

/** A task whose hashing failed, as an entry of a list. */
function toUnhashed(name: string, directory: string, { message }: AppError): InvalidEntry {
  return { valid: false, name, directory, issues: [{ file: '.', key: null, message }] }
}

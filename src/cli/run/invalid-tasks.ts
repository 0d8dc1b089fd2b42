import type { TaskEntry, TaskIssue } from '../../core/task/task.ts'
import { plural } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'

type InvalidTask = Extract<TaskEntry, { valid: false }>

const SHOWN_ISSUES = 3

/** Folders that were named and are no valid tasks: told, because they are not run. */
export function describeInvalidTasks(tasks: readonly InvalidTask[]): string[] {
  if (tasks.length === 0) return []
  const lines = tasks.flatMap(({ name, issues }) => {
    const more = issues.length > SHOWN_ISSUES ? [`    and ${plural(issues.length - SHOWN_ISSUES, 'more issue')}`] : []
    return [
      `  ${plainLine(name)}`,
      ...issues.slice(0, SHOWN_ISSUES).map((issue) => `    ${describeIssue(issue)}`),
      ...more,
    ]
  })
  return [`warning: ${plural(tasks.length, 'invalid task')} not run:`, ...lines]
}

/** `task.toml: agent.timeout_sec: expected a number`. */
export function describeIssue({ file, key, message }: TaskIssue): string {
  return plainLine([file, ...(key === null ? [] : [key]), message].join(': '))
}

import { plural } from '../../format/format.ts'
import { statusOf } from './task-rows.ts'
import type { TaskList } from './use-task-list.ts'

/** The answer of the screen: `61 of 89 tasks resolved at least once, 20 never, 8 untried; 2 invalid`. */
export function describeTasks({
  rows,
  shown,
  invalid,
  backend,
}: Pick<TaskList, 'rows' | 'shown' | 'invalid' | 'backend'>): string {
  const all = rows ?? []
  const count = (status: string): number => all.filter((row) => statusOf(row) === status).length
  const filtered = shown.length < all.length ? `${shown.length} of ${plural(all.length, 'task')} shown; ` : ''
  const on = backend === null || backend.backend === null ? '' : ` on ${backend.backend}`
  const others = (backend?.otherBackends ?? []).map(
    (other) => `${plural(other.trials, 'trial')} on ${other.backend} not counted`,
  )
  const never = count('failed')
  const untried = count('untried')
  return [
    [
      `${filtered}${count('passed')} of ${plural(all.length, 'task')} resolved at least once${on}`,
      ...(never === 0 ? [] : [`${never} never`]),
      ...(untried === 0 ? [] : [`${untried} untried`]),
    ].join(', '),
    ...(invalid.length === 0 ? [] : [`${plural(invalid.length, 'folder')} invalid`]),
    ...others,
  ].join('; ')
}

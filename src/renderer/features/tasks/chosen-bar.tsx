import { Button } from '../../components/controls.tsx'
import { SelectionBar } from '../../components/selection-bar.tsx'
import { plural } from '../../format/format.ts'
import { keyOf, type Chosen } from './use-chosen.ts'
import type { TaskList } from './use-task-list.ts'

/** What can be done with the tasks that are chosen. */
export function ChosenBar({
  chosen,
  list,
  onRun,
}: {
  readonly chosen: Chosen
  readonly list: TaskList
  readonly onRun: () => void
}) {
  const count = chosen.keys.size
  if (count === 0) return null
  return (
    <SelectionBar text={`${count} of ${plural(list.rows?.length ?? count, 'task')} chosen`} onClear={chosen.clear}>
      <Button tone="primary" onClick={onRun}>
        Run {plural(count, 'task')}
      </Button>
      {list.shown.some((row) => !chosen.keys.has(keyOf(row))) ? (
        <Button onClick={chosen.addAll}>Choose all {list.shown.length} of the filter</Button>
      ) : null}
    </SelectionBar>
  )
}

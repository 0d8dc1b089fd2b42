import { DataTable } from '../../components/data-table.tsx'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import { useWide } from '../../components/use-wide.ts'
import { InvalidTasks } from './invalid-tasks.tsx'
import { taskColumns } from './task-columns.tsx'
import type { TaskView } from './task-view.ts'
import { keyOf, type Chosen } from './use-chosen.ts'
import { useImages } from './use-images.ts'
import type { TaskList } from './use-task-list.ts'

/** How much the table can show, by what stands beside it and the width of the window. */
const ROOM = { 'alone wide': 'wide', 'alone small': 'medium', 'beside wide': 'narrow', 'beside small': 'tiny' } as const

/** The tasks that a view shows; below them what could not be read as one. */
export function TaskTable({
  list,
  view,
  chosen,
  active,
  onChange,
}: {
  readonly list: TaskList
  readonly view: TaskView
  readonly chosen: Chosen
  readonly active: boolean
  readonly onChange: (change: Partial<TaskView>) => void
}) {
  const wide = useWide()
  const { shown, rows, current, invalid } = list
  const images = useImages((rows ?? []).map(({ task }) => task))
  return (
    <>
      <DataTable
        label="Tasks"
        columns={taskColumns(
          view.text,
          images,
          ROOM[`${current === null ? 'alone' : 'beside'} ${wide ? 'wide' : 'small'}`],
        )}
        row={(index) => shown[index]}
        count={shown.length}
        keyOf={keyOf}
        onVisible={(from, to) => images.show(shown.slice(from, to + 1).flatMap(({ task }) => task.image ?? []))}
        current={current === null ? null : keyOf(current)}
        onCurrent={({ task }) => onChange({ task: task.name })}
        onOpen={() => document.querySelector<HTMLElement>('[data-detail]')?.focus()}
        sort={view.sort}
        onSort={(sort) => onChange({ sort })}
        selected={chosen.keys}
        onSelect={chosen.toggle}
        active={active}
        empty={
          rows === null ? (
            <Skeleton rows={10} />
          ) : (
            <EmptyState
              title={rows.length === 0 ? 'There are no tasks in this folder' : 'No task matches'}
              hint={
                rows.length === 0
                  ? 'Each folder with a task.toml is a task. Add another folder, or look at what is invalid below.'
                  : 'Take a filter off to see more.'
              }
            />
          )
        }
      />
      <InvalidTasks invalid={invalid} />
    </>
  )
}

import { useActions } from '../../app/actions.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { setQuery, useAddress } from '../../app/router.ts'
import { Button } from '../../components/controls.tsx'
import { PageHead } from '../../components/page.tsx'
import { Split } from '../../components/split.tsx'
import { ErrorState } from '../../components/states.tsx'
import { openRunDialog } from '../../stores/run-dialog.ts'
import { ChosenBar } from './chosen-bar.tsx'
import { DatasetPicker } from './dataset-picker.tsx'
import { describeTasks } from './describe-tasks.ts'
import { TaskDetail } from './task-detail.tsx'
import { TaskTable } from './task-table.tsx'
import { TaskFilters } from './task-filters.tsx'
import { fromTaskView, toTaskView, type TaskView } from './task-view.ts'
import { useChosen, type Chosen } from './use-chosen.ts'
import { useTaskList, type TaskList } from './use-task-list.ts'

/** The tasks of a dataset: which there are, how they went, and what each asks. */
export function Tasks() {
  const shown = usePaneShown()
  const view = toTaskView(useAddress('tasks').query)
  const list = useTaskList(view)
  const chosen = useChosen(list.shown)
  const change = (next: Partial<TaskView>): void => setQuery('tasks', fromTaskView(next))
  const move = (by: number): void => {
    const at = list.shown.findIndex((row) => row === list.current)
    const next = list.shown[Math.max(0, Math.min(list.shown.length - 1, at + by))]
    if (next !== undefined) change({ task: next.task.name })
  }
  const run = (): void => openRunDialog({ datasetPath: list.path, taskNames: namesToRun(chosen, list) })
  useActions(
    [
      { id: 'tasks-next', group: 'Tasks', title: 'Next task', keys: 'j', hidden: true, run: () => move(1) },
      { id: 'tasks-previous', group: 'Tasks', title: 'Previous task', keys: 'k', hidden: true, run: () => move(-1) },
      { id: 'tasks-run', group: 'Tasks', title: 'Run the chosen tasks, or the open one', keys: 'r', run },
      { id: 'tasks-all', group: 'Tasks', title: 'Choose all tasks of the filter', run: chosen.addAll },
      {
        id: 'tasks-back',
        group: 'Tasks',
        title: 'Clear the selection, then close the detail',
        keys: 'escape',
        hidden: true,
        run: () => (chosen.keys.size > 0 ? chosen.clear() : change({ task: null })),
      },
    ],
    shown,
  )
  return (
    <>
      <PageHead
        title="Tasks"
        answer={list.rows === null ? 'Reading tasks' : describeTasks(list)}
        actions={
          <>
            <DatasetPicker
              places={list.places}
              path={list.path}
              onPick={(path) => {
                chosen.clear()
                change({ path, task: null })
              }}
            />
            <Button tone="primary" onClick={() => openRunDialog({ datasetPath: list.path })}>
              Run all
            </Button>
          </>
        }
      />
      <TaskFilters rows={list.rows ?? []} view={view} onChange={change} />
      {list.error === null ? (
        <Split
          name="tasks"
          left={<TaskTable list={list} view={view} chosen={chosen} active={shown} onChange={change} />}
          right={
            list.current === null || list.path === null ? null : (
              <TaskDetail
                key={list.current.task.directory}
                row={list.current}
                datasetPath={list.path}
                onClose={() => change({ task: null })}
              />
            )
          }
        />
      ) : (
        <ErrorState error={list.error} retry={list.retry} />
      )}
      <ChosenBar chosen={chosen} list={list} onRun={run} />
    </>
  )
}

/** What is chosen; else the task that is open; else nothing yet. */
function namesToRun(chosen: Chosen, { current }: TaskList): readonly string[] {
  if (chosen.names.length > 0) return chosen.names
  return current === null ? [] : [current.task.name]
}

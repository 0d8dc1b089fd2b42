import { useActions } from '../../app/actions.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { setQuery, useAddress } from '../../app/router.ts'
import { Button } from '../../components/controls.tsx'
import { PageHead } from '../../components/page.tsx'
import { Split } from '../../components/split.tsx'
import { ErrorState } from '../../components/states.tsx'
import { notify } from '../../stores/notices.ts'
import { openRunDialog } from '../../stores/run-dialog.ts'
import { ChosenBar } from './chosen-bar.tsx'
import { DatasetPicker } from './dataset-picker.tsx'
import { describeTasks } from './describe-tasks.ts'
import { TaskDetail } from './task-detail.tsx'
import { TaskTable } from './task-table.tsx'
import { TaskFilters } from './task-filters.tsx'
import { fromTaskView, isFiltered, NO_FILTER, toTaskView, type TaskView } from './task-view.ts'
import { useChosen, type Chosen } from './use-chosen.ts'
import { useTaskList, type TaskList } from './use-task-list.ts'

/** The tasks of a dataset: which there are, how they went, and what each asks. */
export function Tasks() {
  const shown = usePaneShown()
  const view = toTaskView(useAddress('tasks').query)
  const list = useTaskList(view)
  const chosen = useChosen(list.shown, list.path)
  const change = (next: Partial<TaskView>): void => setQuery('tasks', fromTaskView(next))
  const move = (by: number): void => {
    const at = list.shown.findIndex((row) => row === list.current)
    const next = list.shown[Math.max(0, Math.min(list.shown.length - 1, at + by))]
    if (next !== undefined) change({ task: next.task.name })
  }
  const runNamed = (taskNames: readonly string[] | null): void => openRunDialog({ datasetPath: list.path, taskNames })
  const run = (): void => runNamed(namesToRun(chosen, list))
  const runRandom = (): void => {
    const runnable = list.shown.filter(({ refusal }) => refusal === null)
    const drawn = runnable[Math.floor(Math.random() * runnable.length)]
    if (drawn === undefined) {
      notify('There is no task here that can run')
      return
    }
    notify(`Chosen at random: ${drawn.task.name}`)
    runNamed([drawn.task.name])
  }
  useActions(
    [
      { id: 'tasks-next', group: 'Tasks', title: 'Next task', keys: 'j', hidden: true, run: () => move(1) },
      { id: 'tasks-previous', group: 'Tasks', title: 'Previous task', keys: 'k', hidden: true, run: () => move(-1) },
      { id: 'tasks-run', group: 'Tasks', title: 'Run the chosen tasks, or the open one', keys: 'r', run },
      { id: 'tasks-run-all', group: 'Tasks', title: 'Run all tasks of the dataset', run: () => runNamed(null) },
      { id: 'tasks-random', group: 'Tasks', title: 'Run a random task of the filter', run: runRandom },
      { id: 'tasks-all', group: 'Tasks', title: 'Choose all tasks of the filter', keys: 'mod+a', run: chosen.addAll },
      ...(isFiltered(view)
        ? [{ id: 'tasks-clear', group: 'Tasks', title: 'Clear the filters', run: () => change(NO_FILTER) }]
        : []),
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
            <DatasetPicker places={list.places} path={list.path} onPick={(path) => change({ path, task: null })} />
            <Button tone="primary" onClick={() => runNamed(null)}>
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

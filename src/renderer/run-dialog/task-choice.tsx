import { useMemo, useState } from 'react'
import type { TaskSummary } from '../../contract/api/tasks.ts'
import { Button, SearchField } from '../components/controls.tsx'
import { DataTable, type Column } from '../components/data-table.tsx'
import { EmptyState } from '../components/states.tsx'
import { toggleRows } from '../components/use-selection.ts'
import { toVisible } from '../format/visible.ts'

const COLUMNS: readonly Column<TaskSummary>[] = [
  { id: 'name', title: 'Task', width: 'minmax(120px, 2fr)', cell: ({ name }) => toVisible(name) },
  { id: 'difficulty', title: 'Difficulty', width: '90px', cell: ({ difficulty }) => toVisible(difficulty ?? '') },
  { id: 'category', title: 'Category', width: 'minmax(80px, 1fr)', cell: ({ category }) => toVisible(category ?? '') },
]

/** Chooses among the tasks of a dataset, by name. */
export function TaskChoice({
  tasks,
  chosen,
  onChange,
}: {
  readonly tasks: readonly TaskSummary[]
  readonly chosen: readonly string[]
  readonly onChange: (names: readonly string[]) => void
}) {
  const [text, setText] = useState('')
  const [current, setCurrent] = useState<string | null>(null)
  const [last, setLast] = useState<string | null>(null)
  const found = useMemo(
    () => tasks.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase())),
    [tasks, text],
  )
  const keys = new Set(chosen)
  const select = (key: string, range: boolean): void => {
    const before = new Map(tasks.filter(({ name }) => keys.has(name)).map((task) => [task.name, task]))
    const next = toggleRows(before, found, ({ name }) => name, key, range ? last : null)
    setLast(key)
    onChange(tasks.flatMap(({ name }) => (next.has(name) ? [name] : [])))
  }
  return (
    <div className="mt-1 flex h-64 flex-col rounded-md border border-line">
      <div className="flex items-center gap-2 p-1.5">
        <SearchField label="Search tasks" value={text} onChange={setText} />
        <span className="text-xs text-dim tabular">
          {chosen.length} of {tasks.length}
        </span>
        <Button
          tone="quiet"
          className="ml-auto"
          onClick={() => onChange([...new Set([...chosen, ...found.map(({ name }) => name)])])}
        >
          Add all {found.length}
        </Button>
        <Button tone="quiet" onClick={() => onChange([])}>
          None
        </Button>
      </div>
      <DataTable
        label="Tasks to choose"
        columns={COLUMNS}
        row={(index) => found[index]}
        count={found.length}
        keyOf={({ name }) => name}
        current={current}
        onCurrent={({ name }) => setCurrent(name)}
        onOpen={({ name }) => select(name, false)}
        selected={keys}
        onSelect={select}
        empty={<EmptyState title="No task of that name" />}
      />
    </div>
  )
}

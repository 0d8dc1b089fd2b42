import { ListFilter } from 'lucide-react'
import { useCall } from '../../client/queries.ts'
import { Button, Chip, SearchField } from '../../components/controls.tsx'
import { Menu } from '../../components/menu.tsx'
import { toVisible } from '../../format/visible.ts'
import { countValues, type TaskRow } from './task-rows.ts'
import { LISTS, type ListCondition, type TaskView } from './task-view.ts'

const LABELS: Readonly<Record<ListCondition, string>> = {
  difficulties: 'Difficulty',
  categories: 'Category',
  tags: 'Tag',
  statuses: 'Status',
  agents: 'Agent',
  models: 'Model',
}

/** Conditions on tasks as menus, and those that are on as chips that take them off. */
export function TaskFilters({
  rows,
  view,
  onChange,
}: {
  readonly rows: readonly TaskRow[]
  readonly view: TaskView
  readonly onChange: (change: Partial<TaskView>) => void
}) {
  const facets = useCall('trials.facets', { filter: {} })
  const choices = (key: ListCondition): readonly { readonly value: string; readonly count: number }[] =>
    key === 'agents' || key === 'models' ? (facets.data?.[key] ?? []) : countValues(rows, key)
  return (
    <div className="flex flex-wrap items-center gap-1.5 px-(--page) pb-2">
      <SearchField label="Search tasks" value={view.text} onChange={(text) => onChange({ text })} />
      {LISTS.map((key) => {
        const values = choices(key)
        if (values.length < 2 && view[key].length === 0) return null
        return (
          <Menu
            key={key}
            trigger={
              <Button tone="quiet" title={key === 'agents' || key === 'models' ? 'Whose attempts count' : undefined}>
                <ListFilter size={13} aria-hidden /> {LABELS[key]}
              </Button>
            }
            items={values.map(({ value, count }) => ({
              label: nameOf(key, value),
              note: String(count),
              checked: isOn(view, key, value),
              onSelect: () => onChange(toggle(view, key, value)),
            }))}
          />
        )
      })}
      <Button tone="quiet" aria-pressed={view.runnable} onClick={() => onChange({ runnable: !view.runnable })}>
        Can run here
      </Button>
      {LISTS.flatMap((key) =>
        view[key].map((value: string) => (
          <Chip key={`${key} ${value}`} onRemove={() => onChange(toggle(view, key, value))}>
            <span className="text-dim">{LABELS[key]}</span> {nameOf(key, value)}
          </Chip>
        )),
      )}
      {view.runnable ? <Chip onRemove={() => onChange({ runnable: false })}>Can run here</Chip> : null}
    </div>
  )
}

function isOn(view: TaskView, key: ListCondition, value: string): boolean {
  const values: readonly string[] = view[key]
  return values.includes(value)
}

function toggle(view: TaskView, key: ListCondition, value: string): Partial<TaskView> {
  const values: readonly string[] = view[key]
  return { [key]: values.includes(value) ? values.filter((other) => other !== value) : [...values, value] }
}

function nameOf(key: ListCondition, value: string): string {
  if (value !== '') return toVisible(value)
  return key === 'models' ? 'no model' : 'not known'
}

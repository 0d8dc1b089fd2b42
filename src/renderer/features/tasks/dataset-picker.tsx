import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import type { DatasetPlace } from '../../../contract/api/tasks.ts'
import { useActions } from '../../app/actions.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { useAct } from '../../client/queries.ts'
import { Button } from '../../components/controls.tsx'
import { Menu } from '../../components/menu.tsx'
import { toVisible } from '../../format/visible.ts'
import { notify, notifyError } from '../../stores/notices.ts'
import { AddDataset } from './add-dataset.tsx'

/** Which folder of tasks is shown; others can be added and taken off the list. */
export function DatasetPicker({
  places,
  path,
  onPick,
}: {
  readonly places: readonly DatasetPlace[]
  /** Null: not known yet. */
  readonly path: string | null
  readonly onPick: (path: string | null) => void
}) {
  const [adding, setAdding] = useState(false)
  const shown = usePaneShown()
  useActions(
    [
      {
        id: 'tasks-add',
        group: 'Tasks',
        title: 'Add a folder of tasks',
        keywords: 'dataset',
        run: () => setAdding(true),
      },
    ],
    shown,
  )
  const add = useAct('datasets.add', ['datasets'])
  const remove = useAct('datasets.remove', ['datasets'])
  const current = places.find((place) => place.path === path)
  const takeOff = (place: DatasetPlace): void =>
    remove.mutate(
      { path: place.path },
      {
        onSuccess: () => {
          onPick(null)
          notify(`${place.label} is off the list; its files stay`, {
            label: 'Undo',
            run: () => add.mutate({ path: place.path }, { onSuccess: () => onPick(place.path), onError: notifyError }),
          })
        },
        onError: notifyError,
      },
    )
  return (
    <>
      <Menu
        trigger={
          <Button aria-label={`Dataset ${current?.label ?? ''}`} title={path === null ? undefined : toVisible(path)}>
            <span className="max-w-56 truncate">
              {toVisible(current?.label ?? path?.slice(path.lastIndexOf('/') + 1) ?? 'Dataset')}
            </span>
            <ChevronDown size={14} aria-hidden className="text-dim" />
          </Button>
        }
        items={[
          ...places.map((place) => ({
            label: `${toVisible(place.label)}${places.some((other) => other !== place && other.label === place.label) ? ` ${toVisible(place.path)}` : ''}`,
            note: place.tasks === null ? 'cannot be read' : String(place.tasks),
            checked: place.path === path,
            onSelect: () => onPick(place.path),
          })),
          { label: 'Add a folder…', onSelect: () => setAdding(true) },
          ...(current?.origin === 'added'
            ? [{ label: `Take ${toVisible(current.label)} off the list`, onSelect: () => takeOff(current) }]
            : []),
        ]}
      />
      {adding ? (
        <AddDataset
          onClose={() => setAdding(false)}
          onAdded={(place) => {
            setAdding(false)
            onPick(place.path)
          }}
        />
      ) : null}
    </>
  )
}

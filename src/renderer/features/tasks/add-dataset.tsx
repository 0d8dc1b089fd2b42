import { useState } from 'react'
import type { DatasetPlace } from '../../../contract/api/tasks.ts'
import { host } from '../../client/open-host.ts'
import { useAct } from '../../client/queries.ts'
import { Button, TextField } from '../../components/controls.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorState } from '../../components/states.tsx'
import { notifyError } from '../../stores/notices.ts'

/** Adds a folder of tasks to the list, by its path or by the system's own dialog. */
export function AddDataset({
  onClose,
  onAdded,
}: {
  readonly onClose: () => void
  readonly onAdded: (place: DatasetPlace) => void
}) {
  const [path, setPath] = useState('')
  const add = useAct('datasets.add', ['datasets'])
  const submit = (): void => {
    if (path.trim() !== '') add.mutate({ path: path.trim() }, { onSuccess: onAdded })
  }
  const pick = async (): Promise<void> => {
    const picked = await host.pickFolder()
    if (picked !== null) setPath(picked)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a folder of tasks"
      description="Each folder in it that has a task.toml is a task. Nothing is copied."
      width={520}
      footer={
        <>
          <Button className="ml-auto" onClick={onClose}>
            Cancel
          </Button>
          <Button tone="primary" busy={add.isPending} disabled={path.trim() === ''} onClick={submit}>
            Add
          </Button>
        </>
      }
    >
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <TextField
          aria-label="Path of the folder"
          autoFocus
          value={path}
          placeholder="/path/to/tasks"
          onChange={({ target }) => setPath(target.value)}
          className="min-w-0 flex-1 font-mono"
        />
        {host.can.pickFolder ? <Button onClick={() => void pick().catch(notifyError)}>Browse…</Button> : null}
      </form>
      {add.error === null ? null : <ErrorState error={add.error} />}
    </Dialog>
  )
}

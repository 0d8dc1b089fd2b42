import { useState } from 'react'
import { useAct, useCall } from '../../client/queries.ts'
import { Button, SearchField, Select } from '../../components/controls.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'

const BACKENDS = [
  { value: 'auto', label: 'automatic' },
  { value: 'docker', label: 'Docker' },
  { value: 'podman', label: 'Podman' },
  { value: 'sandbox', label: 'sandbox' },
] as const

/** Chooses a task whose environment is started without an agent. */
export function StartEnvironment({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const [search, setSearch] = useState('')
  const [backend, setBackend] = useState<(typeof BACKENDS)[number]['value']>('auto')
  // Null: the default one.
  const [place, setPlace] = useState<string | null>(null)
  const places = useCall('datasets.list', open ? {} : null)
  const tasks = useCall('tasks.list', open ? { path: place } : null)
  const start = useAct('environments.start')
  const words = search.toLowerCase()
  const found = (tasks.data?.tasks ?? []).filter(({ name }) => name.toLowerCase().includes(words))
  const choose = async (directory: string): Promise<void> => {
    await start.mutateAsync({ directory, backend })
    onClose()
  }
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Start an environment"
      description="The task’s container without an agent. It is removed when you close it, or with the engine."
      width={520}
    >
      <div className="flex flex-wrap gap-2 pb-2">
        <Select
          label="Dataset"
          value={place ?? tasks.data?.path ?? ''}
          choices={(places.data ?? []).map(({ path, label }) => ({ value: path, label }))}
          onChange={setPlace}
        />
        <SearchField label="Search tasks" value={search} onChange={setSearch} />
        <Select
          label="Backend"
          value={backend}
          choices={BACKENDS}
          onChange={(value) => setBackend(BACKENDS.find((choice) => choice.value === value)?.value ?? 'auto')}
        />
      </div>
      {tasks.error === null ? null : <ErrorState error={tasks.error} retry={() => void tasks.refetch()} />}
      {start.error === null ? null : <ErrorState error={start.error} />}
      {tasks.data === undefined && tasks.error === null ? <Skeleton rows={6} /> : null}
      {tasks.data !== undefined && found.length === 0 ? (
        <EmptyState
          title={search === '' ? 'No task here' : `No task matches “${search}”`}
          hint="Other datasets may have it; they are added under Tasks."
        />
      ) : null}
      <ul aria-label="Tasks" className="max-h-80 overflow-y-auto">
        {found.map((task) => (
          <li key={task.directory} className="flex h-(--row) items-center gap-2">
            <span className="min-w-0 flex-1 truncate">{task.name}</span>
            <span className="text-dim">{task.difficulty}</span>
            <Button busy={start.isPending} onClick={() => void choose(task.directory).catch(() => {})}>
              Start
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

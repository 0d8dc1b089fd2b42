import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { setQuery, useAddress } from '../../app/router.ts'
import { useCall } from '../../client/queries.ts'
import { Code } from '../../components/code.tsx'
import { Button, IconButton } from '../../components/controls.tsx'
import { Markdown } from '../../components/markdown.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { CopyButton } from '../../components/text.tsx'
import type { TaskDetail as Detail } from '../../../contract/api/tasks.ts'
import { toVisible } from '../../format/visible.ts'
import { useStatus } from '../../stores/live.ts'
import { openRunDialog } from '../../stores/run-dialog.ts'
import { TaskAttempts } from './task-attempts.tsx'
import { TaskFacts } from './task-facts.tsx'
import { TaskFiles } from './task-files.tsx'
import type { TaskRow } from './task-rows.ts'

const TABS = ['instruction', 'facts', 'files', 'toml', 'attempts']

/** Everything about one task. */
export function TaskDetail({
  row,
  datasetPath,
  onClose,
}: {
  readonly row: TaskRow
  readonly datasetPath: string
  readonly onClose: () => void
}) {
  const { task } = row
  const { data, error, isPlaceholderData, refetch } = useCall('tasks.show', { directory: task.directory })
  // What the tab lists: everybody's, on any backend.
  const attempts = useCall('trials.query', { filter: { tasks: [task.name] }, limit: 1 })
  const { query } = useAddress('tasks')
  const tab = TABS.find((name) => name === query['tab']) ?? 'instruction'
  const detail = isPlaceholderData ? undefined : data
  const body = (content: (known: Detail) => ReactNode): ReactNode =>
    error !== null ? (
      <ErrorState error={error} retry={() => void refetch()} />
    ) : detail === undefined ? (
      <Skeleton rows={8} />
    ) : (
      content(detail)
    )
  return (
    <section
      aria-label={`Task ${toVisible(task.name)}`}
      data-detail
      tabIndex={-1}
      className="flex min-h-0 flex-1 flex-col outline-none"
    >
      <header className="flex items-center gap-2 px-4 pt-2 pb-1">
        <h2 className="min-w-0 truncate text-base font-semibold" title={toVisible(task.name)}>
          {toVisible(task.name)}
        </h2>
        <CopyButton text={task.directory} label="Copy the path" />
        <Button
          tone="primary"
          className="ml-auto"
          onClick={() => openRunDialog({ datasetPath, taskNames: [task.name] })}
        >
          Run this task
        </Button>
        <IconButton label="Close the detail" onClick={onClose}>
          <X size={16} />
        </IconButton>
      </header>
      <Tabs
        label="Task"
        value={tab}
        onChange={(value) => setQuery('tasks', { tab: value === 'instruction' ? null : value })}
        items={[
          { value: 'instruction', label: 'Instruction', content: body((known) => <Instruction detail={known} />) },
          { value: 'facts', label: 'Facts', content: body((known) => <TaskFacts detail={known} />) },
          { value: 'files', label: 'Files', content: body((known) => <TaskFiles detail={known} />) },
          {
            value: 'toml',
            label: 'task.toml',
            content: body((known) => (
              <Scroll label="task.toml">
                <Code text={known.configToml} language="toml" />
              </Scroll>
            )),
          },
          {
            value: 'attempts',
            label: 'Attempts',
            note: attempts.isPlaceholderData ? undefined : attempts.data?.total,
            content: <TaskAttempts taskName={task.name} />,
          },
        ]}
      />
    </section>
  )
}

function Instruction({ detail: { instruction, refusals } }: { readonly detail: Detail }) {
  const backend = useStatus()?.backend?.name
  const refusal = refusals.find((one) => one.backend === backend)
  return (
    <Scroll label="Instruction">
      {refusal === undefined ? null : (
        <p className="mb-2">
          <span className="text-timeout">{refusal.backend} cannot run it:</span> {toVisible(refusal.reason)}
        </p>
      )}
      {instruction === null ? (
        <EmptyState
          title="A task of several steps"
          hint="Each step has its own instruction, in steps/ among the files."
        />
      ) : (
        <Markdown text={instruction} />
      )}
    </Scroll>
  )
}

function Scroll({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto px-4 py-3 outline-offset-[-2px]"
    >
      {children}
    </div>
  )
}

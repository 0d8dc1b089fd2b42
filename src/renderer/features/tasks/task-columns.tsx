import type { TaskRecord } from '../../../contract/api/stats.ts'
import { paths } from '../../app/router.ts'
import type { Column } from '../../components/data-table.tsx'
import { OutcomeMark } from '../../components/outcome.tsx'
import { Link, RateText, Value } from '../../components/text.tsx'
import { formatBytes, formatDuration, NOT_MEASURED } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { Highlight } from './highlight.tsx'
import type { TaskRow } from './task-rows.ts'
import type { Images } from './use-images.ts'

export type Room = 'tiny' | 'narrow' | 'medium' | 'wide'

/** `room`: what the window, and what stands beside the table, leave place for. */
export function taskColumns(text: string, images: Pick<Images, 'get'>, room: Room): readonly Column<TaskRow>[] {
  const all: readonly (Column<TaskRow> & { readonly needs: Room })[] = [
    {
      id: 'name',
      title: 'Task',
      width: 'minmax(110px, 2fr)',
      needs: 'tiny',
      cell: (row) => <TaskName row={row} text={text} />,
    },
    {
      id: 'difficulty',
      title: 'Difficulty',
      width: '76px',
      needs: 'narrow',
      cell: ({ task }) => label(task.difficulty),
    },
    {
      id: 'category',
      title: 'Category',
      width: 'minmax(90px, 1fr)',
      needs: 'medium',
      cell: ({ task }) => label(task.category),
    },
    {
      id: 'agentTimeout',
      title: 'Agent limit',
      width: '84px',
      align: 'right',
      needs: 'wide',
      cell: ({ task }) => seconds(task.agentTimeoutSec),
    },
    {
      id: 'verifierTimeout',
      title: 'Verifier limit',
      width: '92px',
      align: 'right',
      needs: 'wide',
      cell: ({ task }) => seconds(task.verifierTimeoutSec),
    },
    {
      id: 'resources',
      title: 'CPUs, memory',
      width: '100px',
      align: 'right',
      needs: 'wide',
      cell: ({ task }) => <Value>{resources(task)}</Value>,
    },
    {
      id: 'image',
      title: 'Image',
      width: '72px',
      needs: 'medium',
      cell: ({ task }) => <ImageCell image={task.image} images={images} />,
    },
    {
      id: 'last',
      title: 'Last attempts',
      width: '124px',
      needs: 'tiny',
      cell: ({ record }) => <LastOutcomes record={record} />,
    },
    {
      id: 'rate',
      title: 'Resolved',
      width: '110px',
      align: 'right',
      needs: 'narrow',
      cell: ({ record }) => (record === null ? <Untried /> : <RateText rate={record.rate} interval={false} />),
    },
  ]
  const rank = { tiny: 0, narrow: 1, medium: 2, wide: 3 }
  return all
    .filter(({ needs }) => rank[needs] <= rank[room])
    .map(({ needs: _needs, ...column }) => ({ ...column, sortable: true }))
}

function TaskName({ row: { task, refusal }, text }: { readonly row: TaskRow; readonly text: string }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <span className="min-w-0 truncate">
        <Highlight text={task.name} needle={text} />
      </span>
      {refusal === null ? null : (
        <span className="shrink-0 text-xs text-timeout" title={toVisible(refusal)}>
          cannot run here
        </span>
      )}
    </span>
  )
}

function ImageCell({ image, images }: { readonly image: string | null; readonly images: Pick<Images, 'get'> }) {
  if (image === null) {
    return (
      <span className="text-dim" title="Built from the task’s Dockerfile; its detail says whether it is there">
        built
      </span>
    )
  }
  const state = images.get(image)
  if (state === undefined) return <Value>{NOT_MEASURED}</Value>
  return (
    <span title={`${toVisible(image)}${state.sizeBytes === null ? '' : `, ${formatBytes(state.sizeBytes)}`}`}>
      {state.present ? 'present' : <span className="text-dim">to pull</span>}
    </span>
  )
}

/** The newest at the left; each is a link to its trial. */
function LastOutcomes({ record }: { readonly record: TaskRecord | null }) {
  if (record === null) return null
  return (
    <span className="inline-flex gap-0.5">
      {record.last.map(({ jobName, trialName, outcome }) => (
        <Link
          key={`${jobName}/${trialName}`}
          to={paths.trial({ jobName, trialName })}
          title={toVisible(`${jobName}/${trialName}`)}
        >
          <OutcomeMark mark={outcome ?? 'none'} label={false} />
        </Link>
      ))}
    </span>
  )
}

function Untried() {
  return (
    <span className="text-dim" title="nobody has tried it here">
      untried
    </span>
  )
}

function label(value: string | null) {
  return value === null ? <Value>{NOT_MEASURED}</Value> : <span title={toVisible(value)}>{toVisible(value)}</span>
}

function seconds(value: number | null) {
  return <Value>{formatDuration(value === null ? null : value * 1000)}</Value>
}

/** `2 · 4 GB`; memory in the tasks' own units, which are powers of 1024. */
function resources({ cpus, memoryMb }: Pick<TaskRow['task'], 'cpus' | 'memoryMb'>): string {
  const parts = [
    ...(cpus === null ? [] : [String(cpus)]),
    ...(memoryMb === null
      ? []
      : [memoryMb < 1024 ? `${memoryMb} MB` : `${Math.round((memoryMb / 1024) * 10) / 10} GB`]),
  ]
  return parts.length === 0 ? NOT_MEASURED : parts.join(' · ')
}

import { useState } from 'react'
import type { Comparison } from '../../../../contract/api/stats.ts'
import { usePaneShown } from '../../../app/pane-shown.ts'
import { navigate, paths } from '../../../app/router.ts'
import { DataTable, type Column } from '../../../components/data-table.tsx'
import { EmptyState } from '../../../components/states.tsx'
import { Link, MiddleTruncated } from '../../../components/text.tsx'
import { toShortName } from '../../../format/short-name.ts'
import { toVisible } from '../../../format/visible.ts'
import { CompareCell } from './compare-cell.tsx'
import { toLetter } from './side-list.tsx'

type Row = Comparison['tasks'][number]

const CHANGE_LOOKS: Readonly<Record<Row['change'], { readonly glyph: string; readonly color: string }>> = {
  improved: { glyph: '▲', color: 'text-success' },
  regressed: { glyph: '▼', color: 'text-failure' },
  same: { glyph: '=', color: 'text-dim' },
}

/** One row for each shared task, what changed first; every mark opens its trial, Enter compares the first and last side. */
export function ComparisonTable({
  comparison,
  rows,
}: {
  readonly comparison: Comparison
  readonly rows: readonly Row[]
}) {
  const shown = usePaneShown()
  const [current, setCurrent] = useState<string | null>(null)
  const columns: readonly Column<Row>[] = [
    {
      id: 'change',
      title: 'Change',
      width: '104px',
      cell: ({ change }) => (
        <span className={CHANGE_LOOKS[change].color}>
          <span aria-hidden className="inline-block w-4 text-[10px]">
            {CHANGE_LOOKS[change].glyph}
          </span>
          {change}
        </span>
      ),
    },
    {
      id: 'task',
      title: 'Task',
      width: 'minmax(140px, 1.4fr)',
      cell: ({ taskName }) => (
        <Link to={paths.task(taskName)} className="flex min-w-0" title={toVisible(taskName)}>
          <MiddleTruncated text={toVisible(toShortName(taskName))} />
        </Link>
      ),
    },
    ...comparison.sides.map(({ label }, index): Column<Row> => ({
      id: `side-${index}`,
      title: <span title={label}>{`${toLetter(index)}  ${toVisible(label)}`}</span>,
      width: 'minmax(120px, 1fr)',
      cell: ({ cells }) => <CompareCell cell={cells[index]} />,
    })),
    {
      id: 'steps',
      title: <span className="sr-only">Compare step by step</span>,
      width: '64px',
      cell: (row) => {
        const path = stepsPath(row)
        return path === null ? null : (
          <Link to={path} title="A trial of the first and one of the last side, step by step">
            <span className="text-accent">steps</span>
          </Link>
        )
      },
    },
  ]
  return (
    <DataTable
      label="Shared tasks"
      columns={columns}
      row={(index) => rows[index]}
      count={rows.length}
      keyOf={({ taskName }) => taskName}
      onOpen={(row) => {
        const path = stepsPath(row)
        if (path !== null) navigate(path)
      }}
      current={current}
      onCurrent={({ taskName }) => setCurrent(taskName)}
      active={shown}
      empty={
        <EmptyState title={comparison.sharedTasks === 0 ? 'No task is on every side' : 'No task changed in this way'} />
      }
    />
  )
}

/** A trial of the first side beside one of the last, of those that tell them apart if there are such. */
function stepsPath({ cells, change }: Row): string | null {
  const first = cells[0]?.trials ?? []
  const last = cells.at(-1)?.trials ?? []
  const pick = (trials: typeof first, resolved: boolean): (typeof first)[number] | undefined =>
    trials.find(({ outcome }) => (outcome === 'success') === resolved) ?? trials[0]
  const a = change === 'same' ? first[0] : pick(first, change === 'regressed')
  const b = change === 'same' ? last[0] : pick(last, change === 'improved')
  return a === undefined || b === undefined || (a.jobName === b.jobName && a.trialName === b.trialName)
    ? null
    : paths.compareTrials(a, b)
}

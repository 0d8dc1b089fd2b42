import { useMemo } from 'react'
import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { setQuery } from '../../../app/router.ts'
import { Segmented, Select } from '../../../components/controls.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../components/states.tsx'
import { plural } from '../../../format/format.ts'
import { COLOURS, toScale, valueOf, type ColourBy } from './cell-look.ts'
import { GridLegend } from './grid-legend.tsx'
import { GridView } from './grid-view.tsx'
import { DIMENSIONS, kindOf, sortLines, toGrid, type Dimension, type LineKind } from './to-grid.ts'
import { useJobTrials } from './use-job-trials.ts'
import { useRunsAddress } from '../address.ts'

/** The trials of a job as a grid of any two of task, model, agent and attempt. It fills while the job runs. Rows and
 * columns are never the same: the other one takes what this one was. */
export function Outcomes({ jobName }: { readonly jobName: string }) {
  const { trials, error, reload } = useJobTrials(jobName)
  if (error !== null) return <ErrorState error={error} retry={reload} />
  if (trials === null) return <Skeleton rows={12} />
  if (trials.length === 0) return <EmptyState title="No trials yet" hint="The grid fills as trials start and end." />
  return <OutcomeGrid trials={trials} />
}

function OutcomeGrid({ trials }: { readonly trials: readonly ListedTrial[] }) {
  const { rows, columns, colour, sort, only } = useChoice(trials)
  const grid = useMemo(() => toGrid(trials, rows, columns), [trials, rows, columns])
  const scale = useMemo(() => toScale(trials.flatMap((trial) => valueOf(trial, colour) ?? [])), [trials, colour])
  const sorted = useMemo(() => sortLines(grid.rows, sort), [grid, sort])
  const sortedColumns = useMemo(() => sortLines(grid.columns, 'name'), [grid])
  const shown = only === null ? sorted : sorted.filter((row) => kindOf(row) === only)
  const counts = (kind: LineKind): number => sorted.filter((row) => kindOf(row) === kind).length
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-(--page) py-2">
        <DimensionSelect
          label="Rows"
          value={rows}
          onChange={(value) => setQuery('runs', value === columns ? { rows: value, columns: rows } : { rows: value })}
        />
        <DimensionSelect
          label="Columns"
          value={columns}
          onChange={(value) =>
            setQuery('runs', value === rows ? { rows: columns, columns: value } : { columns: value })
          }
        />
        <Choice
          label="Colour"
          value={colour}
          values={COLOURS}
          onChange={(value) => setQuery('runs', { colour: value })}
        />
        <Choice
          label="Sort"
          value={sort}
          values={['name', 'rate']}
          onChange={(value) => setQuery('runs', { order: value })}
        />
        <Segmented
          label="Rows that are shown"
          value={only ?? ''}
          choices={[
            { value: '', label: `all ${sorted.length}` },
            { value: 'never', label: `never ${counts('never')}` },
            { value: 'mixed', label: `mixed ${counts('mixed')}` },
            { value: 'always', label: `always ${counts('always')}` },
          ]}
          onChange={(value) => setQuery('runs', { only: value === '' ? null : value })}
        />
      </div>
      {shown.length === 0 ? (
        <EmptyState title={`No ${rows} of this kind`} hint={`${plural(sorted.length, rows)} in all.`} />
      ) : (
        <GridView
          grid={grid}
          rows={shown}
          columns={sortedColumns}
          dimensions={{ rows, columns }}
          colour={colour}
          scale={scale}
        />
      )}
      <GridLegend colour={colour} scale={scale} />
    </>
  )
}

interface GridChoice {
  readonly rows: Dimension
  readonly columns: Dimension
  readonly colour: ColourBy
  readonly sort: 'name' | 'rate'
  readonly only: LineKind | null
}

/** What the address says; without it, columns are what there are several of. */
function useChoice(trials: readonly ListedTrial[]): GridChoice {
  const { query } = useRunsAddress()
  const rows = DIMENSIONS.find((name) => name === query['rows']) ?? 'task'
  const asked = DIMENSIONS.find((name) => name === query['columns'])
  const columns = asked !== undefined && asked !== rows ? asked : defaultColumns(trials, rows)
  return {
    rows,
    columns,
    colour: COLOURS.find((name) => name === query['colour']) ?? 'outcome',
    sort: query['order'] === 'rate' ? 'rate' : 'name',
    only: (['never', 'mixed', 'always'] as const).find((kind) => kind === query['only']) ?? null,
  }
}

function defaultColumns(trials: readonly ListedTrial[], rows: Dimension): Dimension {
  const several = (['model', 'agent', 'attempt', 'task'] as const).filter((name) => name !== rows)
  const counted = several.find((name) => toGrid(trials, rows, name).columns.length > 1)
  return counted ?? several[1] ?? 'agent'
}

function DimensionSelect({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: Dimension
  readonly onChange: (value: string) => void
}) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span className="text-dim">{label}</span>
      <Select
        label={label}
        value={value}
        choices={DIMENSIONS.map((name) => ({ value: name, label: name }))}
        onChange={onChange}
      />
    </span>
  )
}

function Choice({
  label,
  value,
  values,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly values: readonly string[]
  readonly onChange: (value: string) => void
}) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span className="text-dim">{label}</span>
      <Segmented
        label={label}
        value={value}
        choices={values.map((name) => ({ value: name, label: name }))}
        onChange={onChange}
      />
    </span>
  )
}

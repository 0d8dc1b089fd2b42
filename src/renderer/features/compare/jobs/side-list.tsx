import { Plus, X } from 'lucide-react'
import type { CompareSide, Comparison } from '../../../../contract/api/stats.ts'
import { jobSidesOf } from './side-choices.ts'
import { useCall } from '../../../client/queries.ts'
import { Button, IconButton, Select } from '../../../components/controls.tsx'
import { useWide } from '../../../components/use-wide.ts'
import { RateText, Value } from '../../../components/text.tsx'
import { formatCost, formatDuration } from '../../../format/format.ts'
import { toVisible } from '../../../format/visible.ts'

/** The sides with what each came to, and how to change, add and remove them. */
export function SideList({
  sides,
  comparison,
  onChange,
}: {
  readonly sides: readonly CompareSide[]
  readonly comparison: Comparison | undefined
  readonly onChange: (sides: readonly CompareSide[]) => void
}) {
  const jobs = useCall('jobs.list', { limit: 500 })
  const wide = useWide()
  const names = jobs.data?.jobs.map(({ jobName }) => jobName) ?? []
  const next = names.find((name) => !sides.some(({ jobName }) => jobName === name)) ?? names[0]
  const add = (): void => {
    if (next !== undefined) onChange([...sides, { jobName: next, agent: null, model: null }])
  }
  return (
    <section aria-label="Sides" className="flex flex-col px-(--page) pb-3">
      {sides.map((side, index) => (
        <div
          key={index}
          className={`grid min-h-(--row) items-center gap-3 py-0.5 ${wide ? 'grid-cols-[12px_minmax(0,1fr)_220px_72px_84px_64px_28px]' : 'grid-cols-[12px_minmax(0,1fr)_130px_64px_76px_56px_28px]'}`}
        >
          <span className="text-dim tabular">{toLetter(index)}</span>
          <span className="grid grid-cols-[minmax(0,auto)_minmax(0,auto)] items-center justify-start gap-1.5">
            <Select
              label={`Job of side ${toLetter(index)}`}
              value={side.jobName}
              choices={[...new Set([side.jobName, ...names])].map((value) => ({ value, label: toVisible(value) }))}
              onChange={(jobName) => onChange(replaceAt(sides, index, { jobName, agent: null, model: null }))}
            />
            <WhoSelect
              side={side}
              letter={toLetter(index)}
              onChange={(changed) => onChange(replaceAt(sides, index, changed))}
            />
          </span>
          <Figures side={comparison?.sides[index]} wide={wide} />
          <IconButton
            label={`Remove side ${toLetter(index)}`}
            onClick={() => onChange(sides.filter((_, at) => at !== index))}
          >
            <X size={14} />
          </IconButton>
        </div>
      ))}
      {sides.length >= 8 ? null : (
        <span className="pt-1">
          <Button
            onClick={add}
            disabled={next === undefined}
            title={next === undefined ? 'There are no jobs yet' : undefined}
          >
            <Plus size={14} aria-hidden /> Add a side
          </Button>
        </span>
      )}
    </section>
  )
}

function Figures({ side, wide }: { readonly side: Comparison['sides'][number] | undefined; readonly wide: boolean }) {
  if (side === undefined) return <span className="col-span-4" />
  const { rate, costUsd, costIsEstimate, durationMs, backend } = side
  return (
    <>
      <span className="text-right">
        <RateText rate={rate} interval={wide} />
      </span>
      <span className="text-right" title="of all its trials of shared tasks">
        <Value>{formatCost(costUsd, costIsEstimate)}</Value>
      </span>
      <span className="text-right" title={`median of ${durationMs.count} trials`}>
        <Value>{formatDuration(durationMs.median)}</Value>
      </span>
      <span className="truncate text-dim">{backend}</span>
    </>
  )
}

/** All of a job's trials, or those of one agent, or of one agent and model. */
function WhoSelect({
  side,
  letter,
  onChange,
}: {
  readonly side: CompareSide
  readonly letter: string
  readonly onChange: (side: CompareSide) => void
}) {
  const { data } = useCall('stats.combinations', { filter: { jobNames: [side.jobName] } })
  const choices = jobSidesOf(side, data?.combinations ?? [])
  if (choices.length < 3 && side.agent === null) return null
  return (
    <Select
      label={`Agent and model of side ${letter}`}
      value={JSON.stringify([side.agent, side.model])}
      choices={choices.map(({ side: one, label }) => ({
        value: JSON.stringify([one.agent, one.model]),
        label: toVisible(label),
      }))}
      onChange={(value) => {
        const chosen = choices.find(({ side: one }) => JSON.stringify([one.agent, one.model]) === value)
        if (chosen !== undefined) onChange(chosen.side)
      }}
    />
  )
}

export function toLetter(index: number): string {
  return String.fromCodePoint(65 + index)
}

function replaceAt<Item>(items: readonly Item[], index: number, item: Item): readonly Item[] {
  return items.map((other, at) => (at === index ? item : other))
}

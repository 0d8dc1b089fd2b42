import { AxisBottom, AxisLeft } from '@visx/axis'
import { scaleLinear, scaleLog } from '@visx/scale'
import { LinePath } from '@visx/shape'
import { useId, useRef } from 'react'
import { formatCost, formatCount, formatDuration, formatPercent } from '../../../format/format.ts'
import { useWidth } from '../../../components/use-width.ts'
import { toVisible } from '../../../format/visible.ts'
import { boxesAlong, placeLabels } from './place-labels.ts'
import { needsLog, type Metric, type Pareto, type ParetoPoint } from './to-pareto.ts'

const HEIGHT = 380
const MARGIN = { top: 16, right: 24, bottom: 52, left: 64 }
const AXES: Readonly<Record<Metric, { readonly label: string; readonly format: (value: number) => string }>> = {
  cost: { label: 'Cost of a trial, median, US$', format: formatCost },
  tokens: { label: 'Tokens of a trial, in and out, median', format: formatCount },
  time: { label: 'Time of a trial, median', format: formatDuration },
}

/** Points with their 95 % intervals, and the line of those that nothing beats. */
export function ParetoChart({ pareto, metric }: { readonly pareto: Pareto; readonly metric: Metric }) {
  const { points, frontier } = pareto
  const place = useRef<HTMLDivElement>(null)
  const width = useWidth(place)
  const id = useId()
  const { label, format } = AXES[metric]
  const values = points.map(({ x }) => x)
  const isLog = needsLog(values)
  const range: [number, number] = [MARGIN.left, width - MARGIN.right]
  const x = isLog
    ? scaleLog({ domain: [Math.min(...values) / 1.5, Math.max(...values) * 1.5], range })
    : scaleLinear({ domain: [0, Math.max(...values, Number.EPSILON) * 1.12], range, nice: true })
  const y = scaleLinear({ domain: [0, 1], range: [HEIGHT - MARGIN.bottom, MARGIN.top] })
  const at = (point: ParetoPoint): { x: number; y: number } => ({ x: x(point.x), y: y(point.y) })
  const labels = placeLabels(
    points.map((point) => ({ ...at(point), width: toVisible(point.label).length * 6.6 })),
    { x: MARGIN.left, y: 0, width: width - MARGIN.left, height: HEIGHT - MARGIN.bottom },
    boxesAlong(frontier.map(at)),
  )
  return (
    <div ref={place} className="w-full">
      <svg width={width} height={HEIGHT} role="img" aria-labelledby={`${id}-title ${id}-text`}>
        <title id={`${id}-title`}>Resolved rate against {label.toLowerCase()}</title>
        <desc id={`${id}-text`}>{describe(pareto, format)}</desc>
        {y.ticks(5).map((tick) => (
          <line key={tick} x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
        ))}
        <AxisLeft
          scale={y}
          left={MARGIN.left}
          numTicks={5}
          hideAxisLine
          hideTicks
          tickFormat={(value) => formatPercent(Number(value))}
          tickLabelProps={{ ...TICK, textAnchor: 'end', dx: -4, dy: 4 }}
          label="Resolved, with its 95 % interval"
          labelOffset={44}
          labelProps={LABEL}
        />
        <AxisBottom
          scale={x}
          top={HEIGHT - MARGIN.bottom}
          numTicks={isLog ? 4 : 6}
          stroke="var(--line)"
          tickStroke="var(--line)"
          tickFormat={(value) => format(Number(value))}
          tickLabelProps={{ ...TICK, textAnchor: 'middle' }}
          label={isLog ? `${label} (logarithmic)` : label}
          labelOffset={14}
          labelProps={LABEL}
        />
        <LinePath
          data={[...frontier]}
          x={(point) => x(point.x)}
          y={(point) => y(point.y)}
          stroke="var(--accent)"
          strokeWidth={1.5}
          strokeDasharray="4 3"
        />
        {points.map((point, index) => (
          <Mark
            key={point.label}
            point={point}
            at={at(point)}
            low={y(point.low)}
            high={y(point.high)}
            label={labels[index]}
            format={format}
          />
        ))}
      </svg>
    </div>
  )
}

const TICK = { fill: 'var(--text-dim)', fontSize: 12, fontFamily: 'var(--font-sans)' } as const
const LABEL = { fill: 'var(--text-dim)', fontSize: 12, fontFamily: 'var(--font-sans)', textAnchor: 'middle' } as const

function Mark({
  point,
  at,
  low,
  high,
  label,
  format,
}: {
  readonly point: ParetoPoint
  readonly at: { readonly x: number; readonly y: number }
  readonly low: number
  readonly high: number
  readonly label: { readonly x: number; readonly y: number } | undefined
  readonly format: (value: number) => string
}) {
  const color = point.isBest ? 'var(--accent)' : 'var(--text-dim)'
  return (
    <g>
      <title>{describePoint(point, format)}</title>
      <line x1={at.x} x2={at.x} y1={low} y2={high} stroke={color} strokeOpacity={0.5} />
      <line x1={at.x - 4} x2={at.x + 4} y1={low} y2={low} stroke={color} strokeOpacity={0.5} />
      <line x1={at.x - 4} x2={at.x + 4} y1={high} y2={high} stroke={color} strokeOpacity={0.5} />
      <circle cx={at.x} cy={at.y} r={5} fill={point.isBest ? color : 'var(--bg)'} stroke={color} strokeWidth={1.5} />
      {label === undefined ? null : (
        <text
          x={label.x}
          y={label.y}
          dy={4}
          fontSize={12}
          stroke="var(--bg)"
          strokeWidth={3}
          paintOrder="stroke"
          fill={point.isBest ? 'var(--text)' : 'var(--text-dim)'}
        >
          {toVisible(point.label)}
        </text>
      )}
    </g>
  )
}

function describePoint({ label, x, y, low, high }: ParetoPoint, format: (value: number) => string): string {
  return `${toVisible(label)}: ${formatPercent(y)} resolved (95 % CI ${Math.round(low * 100)}–${Math.round(high * 100)}), ${format(x)}`
}

function describe({ points, frontier }: Pareto, format: (value: number) => string): string {
  const best = frontier.map(({ label }) => toVisible(label)).join(', ')
  return `${points.map((point) => describePoint(point, format)).join('; ')}. On the frontier: ${best}.`
}

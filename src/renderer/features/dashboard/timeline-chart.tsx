import { AxisBottom, AxisLeft } from '@visx/axis'
import { scaleLinear, scaleTime } from '@visx/scale'
import { LinePath } from '@visx/shape'
import { useId, useRef, useState } from 'react'
import type { TimelinePoint } from '../../../contract/api/stats.ts'
import { navigate, paths } from '../../app/router.ts'
import { useWidth } from '../../components/use-width.ts'
import { formatPercent, formatWhen } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { formatTick } from './format-tick.ts'
import { TimelineTable } from './timeline-table.tsx'
import { toLines, type ResultLine } from './to-lines.ts'

const HEIGHT = 220
const MARGIN = { top: 10, right: 16, bottom: 26, left: 44 }
const TICK = { fill: 'var(--text-dim)', fontSize: 11, fontFamily: 'var(--font-sans)' }
/** Lines differ by colour and by their mark; more of them share the last. */
const LOOKS = [
  { color: 'var(--accent)', mark: '●' },
  { color: 'var(--success)', mark: '■' },
  { color: 'var(--timeout)', mark: '▲' },
  { color: 'var(--error)', mark: '◆' },
  { color: 'var(--blame-infrastructure)', mark: '▼' },
  { color: 'var(--text-dim)', mark: '○' },
] as const

/** Loaded with the first dashboard that has results. */
export function TimelineChart({ points }: { readonly points: readonly TimelinePoint[] }) {
  const place = useRef<HTMLDivElement>(null)
  const width = useWidth(place)
  const id = useId()
  const [pointed, setPointed] = useState<TimelinePoint | null>(null)
  const lines = toLines(points)
  const times = points.map(({ startedAt }) => new Date(startedAt).getTime())
  const pad = Math.max(60_000, (Math.max(...times) - Math.min(...times)) * 0.03)
  const x = scaleTime({
    domain: [new Date(Math.min(...times) - pad), new Date(Math.max(...times) + pad)],
    range: [MARGIN.left, Math.max(MARGIN.left + 1, width - MARGIN.right)],
  })
  const y = scaleLinear({ domain: [0, 1], range: [HEIGHT - MARGIN.bottom, MARGIN.top] })
  const at = (point: TimelinePoint): { readonly x: number; readonly y: number } => ({
    x: x(new Date(point.startedAt)),
    y: y(point.rate.resolved / point.rate.total),
  })
  return (
    <div ref={place}>
      <svg width={width} height={HEIGHT} role="img" aria-labelledby={`${id}-title`}>
        <title id={`${id}-title`}>Resolved rate of each job over time; the table below has the same figures</title>
        {y.ticks(4).map((tick) => (
          <line key={tick} x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
        ))}
        <AxisLeft
          scale={y}
          left={MARGIN.left}
          numTicks={4}
          hideAxisLine
          hideTicks
          tickFormat={(value) => formatPercent(Number(value))}
          tickLabelProps={{ ...TICK, textAnchor: 'end', dx: -4, dy: 4 }}
        />
        <AxisBottom
          scale={x}
          top={HEIGHT - MARGIN.bottom}
          numTicks={Math.max(2, Math.floor(width / 110))}
          tickFormat={(value) => formatTick(new Date(Number(value)))}
          stroke="var(--line)"
          tickStroke="var(--line)"
          tickLabelProps={{ ...TICK, textAnchor: 'middle' }}
        />
        {lines.map((line, index) => (
          <Line
            key={line.label}
            line={line}
            look={LOOKS[Math.min(index, LOOKS.length - 1)] ?? LOOKS[0]}
            at={at}
            onPoint={setPointed}
          />
        ))}
      </svg>
      <p className="flex min-h-5 flex-wrap gap-x-4 text-xs text-dim">
        {pointed === null
          ? lines.map(({ label }, index) => (
              <span key={label}>
                <span style={{ color: LOOKS[Math.min(index, LOOKS.length - 1)]?.color }}>
                  {LOOKS[Math.min(index, LOOKS.length - 1)]?.mark}
                </span>{' '}
                {toVisible(label)}
              </span>
            ))
          : describePoint(pointed)}
      </p>
      <TimelineTable points={points} />
    </div>
  )
}

function Line({
  line,
  look,
  at,
  onPoint,
}: {
  readonly line: ResultLine
  readonly look: (typeof LOOKS)[number]
  readonly at: (point: TimelinePoint) => { readonly x: number; readonly y: number }
  readonly onPoint: (point: TimelinePoint | null) => void
}) {
  return (
    <g>
      <LinePath
        data={[...line.points]}
        x={(point) => at(point).x}
        y={(point) => at(point).y}
        stroke={look.color}
        strokeWidth={1.5}
      />
      {line.points.map((point) => (
        <text
          key={point.jobName}
          x={at(point).x}
          y={at(point).y}
          dy="0.35em"
          textAnchor="middle"
          fontSize={13}
          fill={look.color}
          className="cursor-pointer"
          onMouseEnter={() => onPoint(point)}
          onMouseLeave={() => onPoint(null)}
          onClick={() => navigate(paths.job(point.jobName))}
        >
          {look.mark}
        </text>
      ))}
    </g>
  )
}

function describePoint({ jobName, agent, model, rate, startedAt }: TimelinePoint): string {
  const who = model === null ? agent : `${agent} × ${model}`
  return `${toVisible(jobName)}, ${toVisible(who)}: ${rate.resolved}/${rate.total} (${formatPercent(rate.resolved / rate.total)}), ${formatWhen(startedAt)}`
}

import { AxisBottom, AxisLeft } from '@visx/axis'
import { scaleLinear, scaleTime } from '@visx/scale'
import { LinePath } from '@visx/shape'
import { useEffect, useId, useRef, useState } from 'react'
import { paths } from '../../app/router.ts'
import { formatCost, formatPercent, formatWhen } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { describeRate } from './kpis.tsx'
import { markPath, dashOf } from './series-looks.ts'
import { SeriesLegend } from './series-legend.tsx'
import { toDomain, type Series, type SeriesPoint } from './to-series.ts'

const HEIGHT = 260
const MARGIN = { top: 10, right: 12, bottom: 26, left: 48 }
const TICK = { fill: 'var(--text-dim)', fontSize: 12, fontFamily: 'var(--font-sans)' } as const

interface Shown {
  readonly label: string
  readonly at: SeriesPoint
  readonly x: number
  readonly y: number
}

/** A dot for each job, a line for each agent and model. Dots are links to their jobs. */
export function ResultsChart({ series }: { readonly series: readonly Series[] }) {
  const place = useRef<HTMLDivElement>(null)
  const width = useWidth(place)
  const id = useId()
  const [shown, setShown] = useState<Shown | null>(null)
  const [strong, setStrong] = useState<string | null>(null)
  const x = scaleTime({ domain: toDomain(series), range: [MARGIN.left, width - MARGIN.right] })
  const y = scaleLinear({ domain: [0, 1], range: [HEIGHT - MARGIN.bottom, MARGIN.top] })
  const emphasised = shown?.label ?? strong ?? series[0]?.label
  return (
    <div ref={place} className="relative w-full">
      <svg width={width} height={HEIGHT} role="group" aria-labelledby={`${id}-title`} aria-describedby={`${id}-text`}>
        <title id={`${id}-title`}>Resolved rate of each job over time</title>
        <desc id={`${id}-text`}>{series.map(describeSeries).join('; ')}</desc>
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
        />
        <AxisBottom
          scale={x}
          top={HEIGHT - MARGIN.bottom}
          numTicks={Math.max(2, Math.floor(width / 130))}
          stroke="var(--line)"
          tickStroke="var(--line)"
          tickLabelProps={{ ...TICK, textAnchor: 'middle' }}
        />
        {series.map(({ label, points }, index) => (
          <g key={label}>
            <LinePath
              data={[...points]}
              x={({ at }) => x(at)}
              y={({ share }) => y(share)}
              stroke={label === emphasised ? 'var(--accent)' : 'var(--text-dim)'}
              strokeWidth={1.5}
              strokeOpacity={label === emphasised ? 1 : 0.5}
              strokeDasharray={dashOf(index)}
            />
            {points.map((point) => (
              <Dot
                key={point.point.jobName}
                point={point}
                x={x(point.at)}
                y={y(point.share)}
                low={y(point.low)}
                high={y(point.high)}
                path={markPath(index)}
                label={label}
                isStrong={label === emphasised}
                onShow={setShown}
              />
            ))}
          </g>
        ))}
      </svg>
      {shown === null ? null : <Tip shown={shown} width={width} />}
      <SeriesLegend series={series} strong={emphasised ?? null} onStrong={setStrong} />
    </div>
  )
}

function Dot({
  point,
  x,
  y,
  low,
  high,
  path,
  label,
  isStrong,
  onShow,
}: {
  readonly point: SeriesPoint
  readonly x: number
  readonly y: number
  readonly low: number
  readonly high: number
  readonly path: string
  readonly label: string
  readonly isStrong: boolean
  readonly onShow: (shown: Shown | null) => void
}) {
  const color = isStrong ? 'var(--accent)' : 'var(--text-dim)'
  const show = (): void => onShow({ label, at: point, x, y })
  const hide = (): void => onShow(null)
  return (
    <a
      href={`#${paths.job(point.point.jobName)}`}
      aria-label={`${toVisible(point.point.jobName)}, ${toVisible(label)}: ${describeRate(point.point.rate)}`}
      onPointerEnter={show}
      onPointerLeave={hide}
      onFocus={show}
      onBlur={hide}
    >
      <line x1={x} x2={x} y1={low} y2={high} stroke={color} strokeOpacity={0.4} />
      <path d={path} transform={`translate(${x} ${y})`} fill={isStrong ? color : 'var(--bg)'} stroke={color} strokeWidth={1.5} />
      <circle cx={x} cy={y} r={11} fill="transparent" />
    </a>
  )
}

function Tip({ shown: { label, at, x, y }, width }: { readonly shown: Shown; readonly width: number }) {
  const { point, share } = at
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute z-10 w-60 rounded-md border border-line bg-raised px-2.5 py-1.5 text-xs shadow-float"
      style={{ left: Math.max(0, Math.min(width - 240, x - 120)), top: y > 110 ? y - 92 : y + 16 }}
    >
      <p className="truncate font-semibold">{toVisible(point.jobName)}</p>
      <p className="truncate">{toVisible(label)}</p>
      <p className="tabular">
        {formatPercent(share)} resolved, {describeRate(point.rate)}
      </p>
      <p className="text-dim tabular">
        {formatWhen(point.startedAt)}
        {point.costUsd === null ? '' : `, ${formatCost(point.costUsd)}`}
      </p>
    </div>
  )
}

function describeSeries({ label, points }: Series): string {
  const last = points.at(-1)
  const newest = last === undefined ? '' : `, the newest ${describeRate(last.point.rate)}`
  return `${toVisible(label)}: ${points.length} ${points.length === 1 ? 'job' : 'jobs'}${newest}`
}

function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(640)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const measured = entry?.contentRect.width ?? 0
      // A pane that is not shown has no width.
      if (measured > 0) setWidth(Math.max(280, measured))
    })
    if (element.current !== null) observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return width
}

import { toVisible } from '../../format/visible.ts'
import { dashOf, markPath } from './series-looks.ts'
import type { Series } from './to-series.ts'

const SHOWN = 8

/** What each line is; one can be brought out. */
export function SeriesLegend({
  series,
  strong,
  onStrong,
}: {
  readonly series: readonly Series[]
  readonly strong: string | null
  readonly onStrong: (label: string) => void
}) {
  return (
    <ul aria-label="Agents and models" className="flex flex-wrap gap-x-4 gap-y-0.5 pl-12 text-xs">
      {series.slice(0, SHOWN).map(({ label, points }, index) => {
        const color = label === strong ? 'var(--accent)' : 'var(--text-dim)'
        return (
          <li key={label}>
            <button
              type="button"
              aria-pressed={label === strong}
              onClick={() => onStrong(label)}
              className={`inline-flex items-center gap-1.5 ${label === strong ? 'text-text' : 'text-dim hover:text-text'}`}
            >
              <svg width={22} height={12} aria-hidden>
                <line x1={0} x2={22} y1={6} y2={6} stroke={color} strokeWidth={1.5} strokeDasharray={dashOf(index)} />
                <path d={markPath(index)} transform="translate(11 6)" fill={label === strong ? color : 'var(--bg)'} stroke={color} />
              </svg>
              {toVisible(label)} <span className="text-dim tabular">{points.length}</span>
            </button>
          </li>
        )
      })}
      {series.length > SHOWN ? <li className="text-dim">and {series.length - SHOWN} more in the table</li> : null}
    </ul>
  )
}

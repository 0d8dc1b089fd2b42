import { MARKS, markColor, type Mark } from '../../../components/outcome.tsx'
import { STEPS, toSign, type ColourBy, type Scale } from './cell-look.ts'

/** What the tints and signs of the grid mean. */
export function GridLegend({ colour, scale }: { readonly colour: ColourBy; readonly scale: Scale }) {
  return (
    <div
      aria-label="Legend"
      role="group"
      className="flex h-8 shrink-0 items-center gap-4 overflow-hidden border-t border-line px-(--page) text-xs whitespace-nowrap text-dim"
    >
      {colour === 'outcome' ? <OutcomeLegend /> : <ScaleLegend colour={colour} scale={scale} />}
      <span className="ml-auto">✗ never resolved · ≈ mixed</span>
    </div>
  )
}

function OutcomeLegend() {
  const marks: readonly Mark[] = ['success', 'failure', 'timeout', 'error', 'aborted', 'none', 'running', 'queued']
  return marks.map((mark) => (
    <span key={mark} className={`inline-flex items-center gap-1.5 ${MARKS[mark].color}`}>
      <Swatch fill={markColor(mark)} opacity={0.16} sign={MARKS[mark].glyph} />
      {MARKS[mark].label}
    </span>
  ))
}

function ScaleLegend({ colour, scale: { bounds } }: { readonly colour: ColourBy; readonly scale: Scale }) {
  const least = bounds[0]
  const most = bounds.at(-1)
  return (
    <>
      <span>{colour === 'reward' ? 'reward' : `${colour}, as many trials in each step`}</span>
      <span className="inline-flex items-center gap-1.5 tabular">
        {least === undefined ? '' : toSign(least, colour)}
        <span aria-hidden className="inline-flex gap-px">
          {STEPS.map((opacity) => (
            <Swatch key={opacity} fill="var(--accent)" opacity={opacity} sign="" />
          ))}
        </span>
        {most === undefined ? 'nothing measured' : toSign(most, colour)}
      </span>
      <span>– not measured · of several the median</span>
    </>
  )
}

function Swatch({ fill, opacity, sign }: { readonly fill: string; readonly opacity: number; readonly sign: string }) {
  return (
    <span aria-hidden className="relative inline-flex size-4 items-center justify-center overflow-hidden rounded-md">
      <span className="absolute inset-0" style={{ background: fill, opacity }} />
      <span className="relative">{sign}</span>
    </span>
  )
}

import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { paths } from '../../../app/router.ts'
import { describeTrial, lookOf, lookOfSeveral, type ColourBy, type Scale } from './cell-look.ts'

/** Narrower than this a trial's sign cannot be read: cells with more trials count them instead. */
const MIN_SEGMENT_PX = 13

interface CellProps {
  readonly trials: readonly ListedTrial[]
  readonly colour: ColourBy
  readonly scale: Scale
  /** Pixels. */
  readonly width: number
  /** Opens the list of the trials of this cell. */
  readonly onList: () => void
}

/** The trials of one cell side by side; each is a link to itself. */
export function GridCell({ trials, colour, scale, width, onList }: CellProps) {
  const needed = colour === 'outcome' ? MIN_SEGMENT_PX : 3 * MIN_SEGMENT_PX
  if (trials.length > 1 && trials.length * needed > width) {
    return <Counted trials={trials} colour={colour} scale={scale} onList={onList} />
  }
  return (
    <span className="flex h-full w-full gap-px p-px">
      {trials.map((trial) => (
        <Segment key={trial.trialName} trial={trial} colour={colour} scale={scale} />
      ))}
    </span>
  )
}

function Segment({ trial, colour, scale }: Pick<CellProps, 'colour' | 'scale'> & { readonly trial: ListedTrial }) {
  const { sign, fill, opacity, text } = lookOf(trial, colour, scale)
  return (
    <a
      href={`#${paths.trial(trial)}`}
      tabIndex={-1}
      title={describeTrial(trial)}
      aria-label={describeTrial(trial)}
      className="relative flex h-full min-w-0 flex-1 items-center justify-center overflow-hidden rounded-md text-xs tabular hover:outline hover:outline-focus"
    >
      <span aria-hidden className="absolute inset-0" style={{ background: fill, opacity }} />
      <span aria-hidden className="relative" style={{ color: text }}>
        {sign}
      </span>
    </a>
  )
}

function Counted({ trials, colour, scale, onList }: Omit<CellProps, 'width'>) {
  const { sign, text, title, parts } = lookOfSeveral(trials, colour, scale)
  return (
    <button
      type="button"
      tabIndex={-1}
      onClick={onList}
      title={title}
      aria-label={`${sign}: ${title}`}
      className="relative flex h-full w-full items-center justify-center p-px text-xs tabular hover:outline hover:outline-focus"
    >
      <span aria-hidden className="absolute inset-px flex overflow-hidden rounded-md">
        {parts.map(({ fill, opacity, count }, index) => (
          <span key={index} style={{ background: fill, opacity, flexGrow: count }} />
        ))}
      </span>
      <span className="relative" style={{ color: text }}>
        {sign}
      </span>
    </button>
  )
}

import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { paths } from '../../../app/router.ts'
import { describeTrial, lookOf, type ColourBy, type Scale } from './cell-look.ts'

/** More trials than this are counted instead of drawn one by one. */
const MAX_SEGMENTS = 8

interface CellProps {
  readonly trials: readonly ListedTrial[]
  readonly colour: ColourBy
  readonly scale: Scale
  /** Opens the list of the trials of this cell. */
  readonly onList: () => void
}

/** The trials of one cell side by side; each is a link to itself. */
export function GridCell({ trials, colour, scale, onList }: CellProps) {
  if (trials.length > MAX_SEGMENTS) return <Counted trials={trials} onList={onList} />
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

function Counted({ trials, onList }: Pick<CellProps, 'trials' | 'onList'>) {
  const resolved = trials.filter(({ outcome }) => outcome === 'success').length
  return (
    <button
      type="button"
      tabIndex={-1}
      onClick={onList}
      title={`${resolved} of ${trials.length} resolved`}
      className="relative m-px flex h-full w-full items-center justify-center overflow-hidden rounded-md text-xs tabular hover:outline hover:outline-focus"
    >
      <span aria-hidden className="absolute inset-0 bg-failure" style={{ opacity: 0.16 }} />
      <span
        aria-hidden
        className="absolute inset-y-0 left-0 bg-success"
        style={{ opacity: 0.3, width: `${(resolved / trials.length) * 100}%` }}
      />
      <span className="relative">
        {resolved}/{trials.length}
      </span>
    </button>
  )
}

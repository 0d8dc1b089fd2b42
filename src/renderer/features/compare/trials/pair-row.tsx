import { ChevronDown, ChevronRight } from 'lucide-react'
import type { TrialRef } from '../../../../contract/api/common.ts'
import type { StepOutline } from '../../../../contract/api/trials.ts'
import { useCall } from '../../../client/queries.ts'
import { ErrorState, Skeleton } from '../../../components/states.tsx'
import { plural } from '../../../format/format.ts'
import { StepRow } from '../../../trial/steps/step-row.tsx'
import { StepView } from '../../../trial/steps/step-view.tsx'
import type { Line } from './lines.ts'

interface PairRowProps {
  readonly a: TrialRef
  readonly b: TrialRef
  readonly line: Line
  readonly isCurrent: boolean
  readonly isOpen: boolean
  readonly onToggle: () => void
}

/** One line: a step of each side. Opened, it shows all that was said, called and returned in both. */
export function PairRow({ a, b, line, isCurrent, isOpen, onToggle }: PairRowProps) {
  const look = isCurrent ? 'bg-selected' : ''
  if (line.kind === 'fold') {
    const Chevron = line.isOpen ? ChevronDown : ChevronRight
    return (
      <button
        type="button"
        aria-expanded={line.isOpen}
        onClick={onToggle}
        className={`flex h-8 w-full items-center gap-2 border-b border-line px-(--page) text-left text-dim hover:text-text ${look}`}
      >
        <Chevron size={14} aria-hidden />
        Same until step {line.count}: {plural(line.count, 'identical step')}
      </button>
    )
  }
  if (line.kind === 'identical')
    return <IdenticalRow trial={a} index={line.index} isOpen={isOpen} onToggle={onToggle} look={look} />
  const { a: stepA, b: stepB, same } = line.pair
  return (
    <div className="border-b border-line">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className={`grid h-7.5 w-full grid-cols-[minmax(0,1fr)_20px_minmax(0,1fr)] items-center px-(--page) text-left ${look} ${same ? 'text-dim' : ''}`}
      >
        <Half step={stepA} />
        <span
          className={`text-center ${same ? 'text-dim' : 'font-semibold text-timeout'}`}
          title={same ? 'the same in one line; opened, it may differ' : 'different'}
        >
          <span aria-hidden>{same ? '≈' : '≠'}</span>
          <span className="sr-only">{same ? 'alike' : 'different'}</span>
        </span>
        <Half step={stepB} />
      </button>
      {isOpen ? (
        <div className="grid grid-cols-2 gap-4 border-t border-line">
          <Detail trial={a} index={stepA?.index ?? null} />
          <Detail trial={b} index={stepB?.index ?? null} />
        </div>
      ) : null}
    </div>
  )
}

function IdenticalRow({
  trial,
  index,
  isOpen,
  onToggle,
  look,
}: {
  readonly trial: TrialRef
  readonly index: number
  readonly isOpen: boolean
  readonly onToggle: () => void
  readonly look: string
}) {
  const { data } = useCall('trials.steps', { ...trial, indices: [index] })
  return (
    <div className="border-b border-line">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className={`flex h-7.5 w-full items-center gap-2 px-(--page) text-left text-dim ${look}`}
      >
        <StepRow step={data?.[0]} row={index} />
      </button>
      {isOpen ? <Detail trial={trial} index={index} /> : null}
    </div>
  )
}

function Half({ step }: { readonly step: StepOutline | null }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      {step === null ? (
        <span className="w-full text-center text-dim">no step</span>
      ) : (
        <StepRow step={step} row={step.index} />
      )}
    </span>
  )
}

function Detail({ trial, index }: { readonly trial: TrialRef; readonly index: number | null }) {
  const { data, error, refetch } = useCall('trials.steps', index === null ? null : { ...trial, indices: [index] })
  const [step] = data ?? []
  if (index === null) return <span />
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />
  if (step === undefined) return <Skeleton rows={3} />
  return (
    <div className="min-w-0 overflow-x-hidden">
      <StepView of={{ ref: trial, startedAt: null, isRunning: false }} step={step} />
    </div>
  )
}

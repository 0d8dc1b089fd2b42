import { memo } from 'react'
import type { StepOutline } from '../../../contract/api/trials.ts'
import { stripAnsi } from '../../components/ansi-clean.ts'
import { formatCount, formatDuration } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { STEP_LOOKS } from './step-looks.ts'

/** One step in the list: number, kind, what it was, what it took. */
export const StepRow = memo(function StepRow({
  step,
  row,
}: {
  readonly step: StepOutline | undefined
  readonly row: number
}) {
  if (step === undefined) {
    return (
      <>
        <span className="w-9 text-right text-xs text-dim tabular">{row + 1}</span>
        <span aria-label="Loading" className="h-3 flex-1 rounded-md bg-hover" />
      </>
    )
  }
  const { icon: Icon, label } = STEP_LOOKS[step.kind]
  return (
    <>
      <span className="w-9 shrink-0 text-right text-xs text-dim tabular">{step.index + 1}</span>
      <span title={label} className={`shrink-0 ${step.isError ? 'text-failure' : 'text-dim'}`}>
        <Icon size={14} aria-hidden />
        <span className="sr-only">{step.isError ? `${label}, failed` : label}</span>
      </span>
      <span className={`min-w-0 flex-1 truncate ${step.isError ? 'text-failure' : ''}`}>
        {toVisible(stripAnsi(step.summary))}
      </span>
      {step.subagent ? <span className="shrink-0 text-xs text-dim">subagent</span> : null}
      {step.tokens === null ? null : (
        <span className="shrink-0 text-xs text-dim tabular" title="tokens">
          {formatCount(step.tokens)} t
        </span>
      )}
      {step.durationMs === null ? null : (
        <span className="w-13 shrink-0 text-right text-xs whitespace-nowrap text-dim tabular">
          {formatDuration(step.durationMs)}
        </span>
      )}
    </>
  )
})

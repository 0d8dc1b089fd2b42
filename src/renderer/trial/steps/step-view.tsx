import type { Step } from '../../../contract/api/trials.ts'
import { paths } from '../../app/router.ts'
import type { TrialRef } from '../../../contract/api/common.ts'
import { Markdown } from '../../components/markdown.tsx'
import { CopyButton } from '../../components/text.tsx'
import { formatCost, formatCount, formatDuration } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { ClippedText } from './clipped-text.tsx'
import { STEP_LOOKS } from './step-looks.ts'
import { ToolCall } from './tool-call.tsx'

/** The trial whose steps are shown. */
export interface StepsOwner {
  readonly ref: TrialRef
  readonly startedAt: string | null
  /** What has no answer may get one still. */
  readonly isRunning: boolean
}

/** One step with all that was said, thought, called and returned in it. */
export function StepView({ of, step }: { readonly of: StepsOwner; readonly step: Step }) {
  const { message, reasoning, toolCalls, observations } = step
  const isEmpty = message.text === '' && reasoning === null && toolCalls.length === 0 && observations.length === 0
  return (
    <article aria-label={`Step ${step.index + 1}`} className="flex flex-col gap-3 px-4 py-3">
      <StepHead of={of} step={step} />
      {reasoning === null || reasoning.text === '' ? null : (
        <details open className="text-dim">
          <summary className="text-xs">reasoning</summary>
          <Markdown text={reasoning.text} />
          <Cut truncated={reasoning.truncated} />
        </details>
      )}
      {message.text === '' ? null : (
        <div>
          {isProse(step) ? <Markdown text={message.text} /> : <ClippedText key={step.index} text={message} />}
          {isProse(step) ? <Cut truncated={message.truncated} /> : null}
        </div>
      )}
      {toolCalls.map((call, index) => (
        <ToolCall key={`${step.index} ${index}`} call={call} isRunning={of.isRunning} />
      ))}
      {observations.map((text, index) => (
        <section key={`${step.index} ${index}`} aria-label="Observation" className="border-l-2 border-line pl-3">
          <p className="text-xs text-dim">observation</p>
          <ClippedText text={text} />
        </section>
      ))}
      {isEmpty ? <p className="text-dim">Nothing was recorded in this step.</p> : null}
    </article>
  )
}

/** What people and models write; commands and errors are shown as they are. */
function isProse({ kind }: Step): boolean {
  return kind !== 'command' && kind !== 'error'
}

function Cut({ truncated }: { readonly truncated: boolean }) {
  return truncated ? <p className="text-dim">Cut here: the whole text stands under Files, in agent/.</p> : null
}

function StepHead({ of: { ref, startedAt }, step }: { readonly of: StepsOwner; readonly step: Step }) {
  const { usage } = step
  const link = `${location.origin}${location.pathname}#${paths.trial(ref, { step: String(step.index) })}`
  const facts = [
    step.turn === null ? null : `turn ${step.turn}`,
    step.subagent ? 'subagent' : step.source,
    step.model === null ? null : toVisible(step.model),
    sinceStart(step.at, startedAt),
    step.durationMs === null ? null : `took ${formatDuration(step.durationMs)}`,
    usage === null ? null : toTokens(usage),
    step.costUsd === null ? null : formatCost(step.costUsd, step.usage?.costIsEstimate),
  ].filter((fact) => fact !== null)
  return (
    <header className="flex items-center gap-3">
      <h2 className="font-semibold whitespace-nowrap">
        {step.index + 1} <span className={step.isError ? 'text-failure' : ''}>{STEP_LOOKS[step.kind].label}</span>
        {step.isError ? <span className="text-failure"> ✗</span> : null}
      </h2>
      <p className="min-w-0 flex-1 truncate text-xs text-dim tabular" title={facts.join(' · ')}>
        {facts.join(' · ')}
      </p>
      <CopyButton text={link} label="Copy the link to this step" />
    </header>
  )
}

function toTokens({ inputTokens, cachedTokens, outputTokens }: NonNullable<Step['usage']>): string | null {
  if (inputTokens === null && outputTokens === null) return null
  const cached = cachedTokens === null || cachedTokens === 0 ? '' : ` (${formatCount(cachedTokens)} cached)`
  return `${formatCount(inputTokens)}${cached} in, ${formatCount(outputTokens)} out`
}

function sinceStart(at: string | null, startedAt: string | null): string | null {
  if (at === null || startedAt === null) return null
  const ms = Date.parse(at) - Date.parse(startedAt)
  return Number.isFinite(ms) && ms >= 0 ? `at ${formatDuration(ms)}` : null
}

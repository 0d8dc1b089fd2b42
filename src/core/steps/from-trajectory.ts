import { z } from 'zod'
import type { Step, StepKind, StepOutline } from '../../contract/api/trials.ts'
import { TrajectoryStep } from '../../contract/harbor/trajectory.ts'
import { shown, summaryOf, summaryOfCall } from './text.ts'

/** The steps of an ATIF document, each read when it is asked for: one that is odd takes only itself away. */
export interface TrajectorySteps {
  readonly length: number
  outline(index: number): StepOutline
  step(index: number): Step
  /** Whether the text occurs in what was said, thought, called or answered; case does not matter. */
  mentions(index: number, text: string): boolean
}

const Document = z.object({ steps: z.array(z.unknown()) })

/** Null where the text is no ATIF document. */
export function readTrajectorySteps(text: string): TrajectorySteps | null {
  const parsed = Document.safeParse(parseJson(text))
  if (!parsed.success) return null
  const { steps } = parsed.data
  const turns = countTurns(steps)
  const read = (index: number): TrajectoryStep | null => TrajectoryStep.safeParse(steps[index]).data ?? null
  const outline = (index: number): StepOutline =>
    toOutline(index, read(index), { turn: turns[index] ?? null, nextAt: timeOf(steps[index + 1]) })
  return {
    length: steps.length,
    outline,
    step(index) {
      const step = read(index)
      return step === null ? unreadable(outline(index), steps[index]) : toStep(outline(index), step)
    },
    mentions(index, needle) {
      const step = read(index)
      return step === null ? has(JSON.stringify(steps[index]), inJson(needle)) : mentionsText(step, needle)
    },
  }
}

/** What is shown counts, not the names of fields. */
function mentionsText(
  { message, reasoning_content, tool_calls, observation }: TrajectoryStep,
  needle: string,
): boolean {
  const results = observation?.results ?? []
  return (
    has(textOf(message), needle) ||
    has(reasoning_content ?? '', needle) ||
    results.some(({ content }) => has(textOf(content), needle)) ||
    (tool_calls ?? []).some(
      (call) => has(call.function_name, needle) || has(JSON.stringify(call.arguments) ?? '', inJson(needle)),
    )
  )
}

function has(text: string | undefined, needle: string): boolean {
  return text?.toLowerCase().includes(needle.toLowerCase()) === true
}

/** A text as it stands inside JSON. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function toOutline(
  index: number,
  step: TrajectoryStep | null,
  { turn, nextAt }: { readonly turn: number | null; readonly nextAt: string | null },
): StepOutline {
  if (step === null) return { ...EMPTY, index, kind: 'error', summary: 'this step cannot be read', isError: true }
  const { metrics, timestamp = null } = step
  return {
    index,
    kind: kindOf(step),
    turn,
    summary: summarise(step),
    at: timestamp,
    durationMs: between(timestamp, nextAt),
    tokens: sum(metrics?.prompt_tokens, metrics?.completion_tokens),
    costUsd: toNumber(metrics?.cost_usd),
    isError: (step.observation?.results ?? []).some(isError),
    subagent: step.extra?.['is_sidechain'] === true,
    outputTo: null,
  }
}

const EMPTY = { subagent: false, turn: null, at: null, durationMs: null, tokens: null, costUsd: null, outputTo: null }

function kindOf(step: TrajectoryStep): StepKind {
  if (step.source !== 'agent') return step.source
  if ((step.tool_calls ?? []).length > 0) return 'tool'
  return textOf(step.message) === '' ? 'thought' : 'message'
}

function summarise(step: TrajectoryStep): string {
  const message = textOf(step.message)
  const [call] = step.tool_calls ?? []
  if (message === '' && call !== undefined) return summaryOfCall(call.function_name, { ...call.arguments })
  return summaryOf(message === '' ? (step.reasoning_content ?? '') : message)
}

function toStep(outline: StepOutline, step: TrajectoryStep): Step {
  const results = step.observation?.results ?? []
  const calls = step.tool_calls ?? []
  const known = new Set(calls.map((call) => call.tool_call_id))
  const { metrics } = step
  return {
    ...outline,
    source: step.source,
    model: step.model_name ?? null,
    message: shown(textOf(step.message)),
    reasoning: step.reasoning_content == null ? null : shown(step.reasoning_content),
    toolCalls: calls.map((call) => {
      const own = results.filter(({ source_call_id }) => source_call_id === call.tool_call_id)
      return {
        callId: call.tool_call_id,
        name: call.function_name,
        arguments: shown(JSON.stringify(call.arguments, null, 2)),
        observation: own.length === 0 ? null : shown(own.map(({ content }) => textOf(content)).join('\n')),
        isError: own.some(isError),
        durationMs: null,
      }
    }),
    observations: results.flatMap(({ source_call_id, content }) =>
      source_call_id != null && known.has(source_call_id) ? [] : [shown(textOf(content))],
    ),
    usage:
      metrics == null
        ? null
        : {
            inputTokens: toNumber(metrics.prompt_tokens),
            cachedTokens: toNumber(metrics.cached_tokens),
            outputTokens: toNumber(metrics.completion_tokens),
            costUsd: toNumber(metrics.cost_usd),
            ...(metrics.extra?.['cost_source'] === 'list_prices' ? { costIsEstimate: true } : {}),
          },
  }
}

function unreadable(outline: StepOutline, raw: unknown): Step {
  return {
    ...outline,
    source: 'system',
    model: null,
    message: shown(JSON.stringify(raw, null, 2) ?? ''),
    reasoning: null,
    toolCalls: [],
    observations: [],
    usage: null,
  }
}

type Content = TrajectoryStep['message'] | null | undefined

function textOf(content: Content): string {
  if (content == null) return ''
  if (typeof content === 'string') return content
  return content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n')
}

function isError({ extra }: { readonly extra?: Readonly<Record<string, unknown>> | null | undefined }): boolean {
  return extra?.['is_error'] === true
}

/** Turns are the agent's own, as its limit counts them: what its subagents do belongs to the turn that called them. */
function countTurns(steps: readonly unknown[]): readonly (number | null)[] {
  let turn = 0
  return steps.map((step) =>
    typeof step === 'object' && step !== null && 'source' in step && step.source === 'agent' && !isSidechain(step)
      ? (turn += 1)
      : null,
  )
}

function isSidechain(step: object): boolean {
  const extra = 'extra' in step ? step.extra : null
  return typeof extra === 'object' && extra !== null && 'is_sidechain' in extra && extra.is_sidechain === true
}

function timeOf(step: unknown): string | null {
  return typeof step === 'object' && step !== null && 'timestamp' in step && typeof step.timestamp === 'string'
    ? step.timestamp
    : null
}

function between(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null
  const ms = Date.parse(to) - Date.parse(from)
  return Number.isFinite(ms) && ms >= 0 ? ms : null
}

/** A usage that no number can be is not known. */
function toNumber(value: unknown): number | null {
  const number = Number(value ?? Number.NaN)
  return Number.isFinite(number) && number >= 0 ? number : null
}

function sum(...values: readonly unknown[]): number | null {
  const known = values.flatMap((value) => toNumber(value) ?? [])
  return known.length === 0 ? null : known.reduce((all, value) => all + value, 0)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

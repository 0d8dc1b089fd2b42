import type { Trajectory, TrajectoryStep } from '../../../contract/harbor/trajectory.ts'
import { asRecord, parseLine, recordOf, textOf, type Fields } from '../../agent/logs/fields.ts'
import { createTurnRule } from '../../agent/acp/turn-rule.ts'
import { costOf, promptUsage } from '../../agent/acp/usage.ts'
import { createStep, type OpenStep } from './acp/open-step.ts'
import type { Conversion, ConvertContext, TrajectoryConverter } from './converter.ts'

const EVENTS = 'agent/acp-events.jsonl'
const SUMMARY = 'agent/acp-summary.json'

/** The record of an ACP session as a trajectory: steps as Harbor infers them, its totals from the summary. */
export const convertAcp: TrajectoryConverter = async (context) => {
  const { logs } = context
  if (!(await logs.list('agent')).some(({ path, bytes }) => path === EVENTS && bytes > 0)) return null
  const summary = await readSummary(context)
  const state: Progress = { steps: 0, skipped: 0, costUsd: null }
  return {
    head: toHead(context, summary),
    steps: () => readSteps(context, summary, state),
    tail: () => ({ final_metrics: toFinalMetrics(summary, state) }),
    totals: () => ({
      usage: { ...tokensOf(summary), costUsd: costIn(summary, state) },
      differences: [],
      skipped: state.skipped,
    }),
  }
}

/** What is known only once the steps are read. */
interface Progress {
  steps: number
  skipped: number
  costUsd: number | null
}

async function* readSteps(
  { logs, instruction }: ConvertContext,
  summary: Fields,
  state: Progress,
): AsyncGenerator<TrajectoryStep> {
  const rule = createTurnRule()
  const model = modelOf(summary)
  const numbered = (step: Omit<TrajectoryStep, 'step_id'>): TrajectoryStep => ({ step_id: ++state.steps, ...step })
  const said = textOf(summary, 'instruction') ?? instruction
  if (said.trim() !== '') yield numbered({ source: 'user', message: said })
  /** Kept back: the last one carries the account of the prompt. */
  let finished: Omit<TrajectoryStep, 'step_id'> | null = null
  let open: OpenStep = createStep()
  for await (const { text } of logs.lines(EVENTS)) {
    const event = parseLine(text)
    if (event === null && text.trim() !== '') state.skipped += 1
    const payload = event === null ? null : recordOf(event, 'payload')
    if (event === null || payload === null) continue
    const update = textOf(event, 'event_type') === 'session_update' ? recordOf(payload, 'update') : null
    if (update === null) {
      open.event(textOf(event, 'event_type') ?? '', payload)
      continue
    }
    state.costUsd = costOf(update) ?? state.costUsd
    const edge = rule.see(update)
    if (edge === 'begins' || edge === 'ends') {
      if (edge === 'ends') open.update(update)
      const step = open.toStep(model)
      if (step !== null) {
        if (finished !== null) yield numbered(finished)
        finished = step
      }
      open = createStep(open)
    }
    if (edge === 'begins' || edge === 'within') open.update(update)
  }
  const last = open.toStep(model)
  if (last !== null && finished !== null) yield numbered(finished)
  const end = last ?? finished
  if (end !== null) yield numbered({ ...end, ...metricsOf(summary, state) })
}

function toHead({ agent, model }: ConvertContext, summary: Fields): Conversion['head'] {
  const session = recordOf(summary, 'session')
  return {
    schema_version: 'ATIF-v1.7',
    session_id: (session === null ? null : textOf(session, 'sessionId')) ?? `${agent.name}-unknown-session`,
    agent: {
      name: agent.name,
      version: agent.version ?? 'unknown',
      model_name: modelOf(summary) ?? model,
      extra: {
        auth_policy: summary['auth_policy'] ?? null,
        selected_authenticate_method_id: summary['selected_authenticate_method_id'] ?? null,
      },
    },
    notes: 'Made of the updates of an ACP session in acp-events.jsonl. Where one step ends is inferred.',
  }
}

function toFinalMetrics(summary: Fields, state: Progress): NonNullable<Trajectory['final_metrics']> {
  const tokens = tokensOf(summary)
  return {
    total_prompt_tokens: tokens.inputTokens,
    total_completion_tokens: tokens.outputTokens,
    total_cached_tokens: tokens.cachedTokens,
    total_cost_usd: costIn(summary, state),
    total_steps: state.steps,
  }
}

/** One prompt makes the whole session, so that its account stands at its last step. */
function metricsOf(summary: Fields, state: Progress): Pick<TrajectoryStep, 'metrics'> {
  const { inputTokens, cachedTokens, outputTokens } = tokensOf(summary)
  const costUsd = costIn(summary, state)
  if (inputTokens === null && outputTokens === null && costUsd === null) return {}
  return {
    metrics: {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      cached_tokens: cachedTokens,
      cost_usd: costUsd,
    },
  }
}

function tokensOf(summary: Fields): NonNullable<ReturnType<typeof promptUsage>> {
  const response = recordOf(summary, 'prompt_response')
  const tokens = response === null ? null : promptUsage(response)
  return tokens ?? { inputTokens: null, cachedTokens: null, outputTokens: null }
}

function costIn(summary: Fields, state: Progress): number | null {
  const latest = recordOf(summary, 'latest_usage_update')
  return (latest === null ? null : costOf(latest)) ?? state.costUsd
}

function modelOf(summary: Fields): string | null {
  return textOf(summary, 'resolved_session_model_id') ?? textOf(summary, 'requested_model')
}

/** Written last, so that it may be missing. */
async function readSummary({ logs }: ConvertContext): Promise<Fields> {
  let text = ''
  for await (const line of logs.lines(SUMMARY)) if (text.length < MAX_SUMMARY) text += `${line.text}\n`
  try {
    return asRecord(JSON.parse(text)) ?? {}
  } catch {
    return {}
  }
}

const MAX_SUMMARY = 32 * 1024 * 1024

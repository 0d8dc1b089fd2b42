import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { asRecord, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { isIsoTimestamp } from '../../iso-timestamp.ts'
import { readBlocks } from './blocks.ts'
import { callsOf, toolNameOf, userText } from './line.ts'
import { toMetrics } from './metrics.ts'
import { isTruthy } from '../python.ts'
import { formatToolResult } from './tool-result.ts'

/** One message of the assistant, put together from its lines and the answers to its calls. */
export interface StepDraft {
  /** `mine`: which of the line's calls, by their place, belong to this step. */
  addLine(line: Fields, message: Fields, mine: (nth: number) => boolean): void
  addResult(line: Fields, result: Fields): void
  finish(stepId: number): TrajectoryStep
}

/** `isFinal`: whether a message's usage is that of its end. */
export function createStepDraft(fallbackModel: string | null, isFinal: (message: Fields) => boolean): StepDraft {
  const texts: string[] = []
  const thoughts: string[] = []
  const calls = new Map<string, { readonly call: Call; result: Observed | null }>()
  let head: Pick<TrajectoryStep, 'timestamp' | 'model_name' | 'extra'> | null = null
  let metrics: TrajectoryStep['metrics'] = null
  return {
    addLine: (line, message, mine) => {
      const { text, reasoning, calls: blocks } = readBlocks(message['content'])
      head ??= toHead(line, message, fallbackModel)
      if (text !== '') texts.push(text)
      if (reasoning !== '' && message['role'] === 'assistant') thoughts.push(reasoning)
      // The last line of a message has the message's usage.
      metrics = isPresent(message['usage']) ? toMetrics(message['usage'], isFinal(message)) : metrics
      for (const [nth, { id, block }] of callsOf(blocks).entries()) {
        if (mine(nth)) calls.set(id, { call: toCall(id, block), result: null })
      }
    },
    addResult: (line, result) => {
      const id = textOf(result, 'tool_use_id')
      const open = id === null ? undefined : calls.get(id)
      if (open !== undefined) open.result = toObserved(open.call.tool_call_id, line, result)
    },
    finish: (stepId) => {
      const told = [...calls.values()]
      const results = told.flatMap(({ result }) => result ?? [])
      return {
        step_id: stepId,
        ...head,
        source: 'agent',
        message: texts.join('\n\n'),
        ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join('\n\n') }),
        ...(told.length === 0 ? {} : { tool_calls: told.map(({ call }) => call) }),
        ...(results.length === 0 ? {} : { observation: { results } }),
        ...(metrics === null ? {} : { metrics }),
        llm_call_count: 1,
      }
    },
  }
}

export function userStep(stepId: number, line: Fields, message: Fields): TrajectoryStep {
  return { step_id: stepId, ...timeOf(line), source: 'user', message: userText(message), extra: identityOf(line) }
}

/** An answer whose call is not in the log. */
export function orphanStep(stepId: number, line: Fields, result: Fields, model: string | null): TrajectoryStep {
  const id = textOf(result, 'tool_use_id') ?? ''
  const observed = toObserved(id, line, result)
  const { text, extra } = formatToolResult(result, line['toolUseResult'])
  const metadata = extra?.['tool_result_metadata']
  return {
    step_id: stepId,
    ...timeOf(line),
    source: 'agent',
    ...(model === null ? {} : { model_name: model }),
    message: '',
    tool_calls: [{ tool_call_id: id, function_name: toolNameOf(result), arguments: {} }],
    ...(text === null || observed === null
      ? {}
      : { observation: { results: [{ source_call_id: id, content: text }] } }),
    extra: { ...identityOf(line), ...extra, ...(metadata === undefined ? {} : { metadata }) },
    llm_call_count: 1,
  }
}

type Call = NonNullable<TrajectoryStep['tool_calls']>[number]
type Observed = NonNullable<TrajectoryStep['observation']>['results'][number]

function toHead(
  line: Fields,
  message: Fields,
  fallbackModel: string | null,
): Pick<TrajectoryStep, 'timestamp' | 'model_name' | 'extra'> {
  const model = textOf(message, 'model') || fallbackModel
  const told = ['stop_reason', 'stop_sequence', 'requestId'].filter((key) => isPresent(message[key]))
  const { id, cwd, userType } = line
  const extra = {
    ...Object.fromEntries(told.map((key) => [key, message[key]])),
    ...(isTruthy(id) ? { id } : {}),
    ...identityOf(line),
    ...(isTruthy(cwd) ? { cwd } : {}),
    ...(isTruthy(userType) && userType !== 'external' ? { user_type: userType } : {}),
  }
  return { ...timeOf(line), ...(model === null ? {} : { model_name: model }), extra }
}

/** Whose words: the agent's own, or which subagent's. */
function identityOf(line: Fields): Fields {
  const { isSidechain, agentId } = line
  return { is_sidechain: isSidechain ?? false, ...(isTruthy(agentId) ? { agent_id: agentId } : {}) }
}

function timeOf(line: Fields): Pick<TrajectoryStep, 'timestamp'> {
  const timestamp = textOf(line, 'timestamp')
  return timestamp !== null && isIsoTimestamp(timestamp) ? { timestamp } : {}
}

function toCall(id: string, block: Fields): Call {
  const input = block['input']
  const name = textOf(block, 'name') ?? ''
  const extra = {
    ...(isPresent(input) ? { raw_arguments: input } : {}),
    ...(isPresent(block['status']) ? { status: block['status'] } : {}),
    ...(isPresent(block['is_error']) ? { tool_use_is_error: block['is_error'] } : {}),
    ...(name === '' ? {} : { tool_use_name: name }),
  }
  return {
    tool_call_id: id,
    function_name: name,
    arguments: { ...(asRecord(input) ?? { input: input ?? null }) },
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  }
}

function toObserved(id: string, line: Fields, result: Fields): Observed | null {
  const { text, extra } = formatToolResult(result, line['toolUseResult'])
  if (text === null) return null
  return { source_call_id: id, content: text, ...(extra === null ? {} : { extra: { ...extra } }) }
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { asRecord, countOf, listOf, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { isIsoTimestamp } from '../../iso-timestamp.ts'

export type Step = Omit<TrajectoryStep, 'step_id'>

/**
 * A message of a session as Harbor's step. Where this differs from Harbor on purpose: a message that only hands the model
 * the answers of its tools is no step of a user (null), a tool that failed answers with its error, and pictures are named.
 */
export function toStep(message: Fields): Step | null {
  const timestamp = textOf(message, 'timestamp')
  const common = {
    ...(timestamp === null || !isIsoTimestamp(timestamp) ? {} : { timestamp }),
    message: contentText(message['content']),
  }
  if (message['type'] === 'user') return isAnswer(message) ? null : { ...common, source: 'user' }
  const model = textOf(message, 'model')
  const thoughts = thoughtsOf(message)
  const calls = listOf(message, 'toolCalls').map((call) => asRecord(call) ?? {})
  const metrics = toMetrics(recordOf(message, 'tokens') ?? {})
  return {
    ...common,
    source: 'agent',
    ...(model === null ? {} : { model_name: model }),
    ...(thoughts === '' ? {} : { reasoning_content: thoughts }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(toCall), observation: { results: calls.map(toResult) } }),
    ...(metrics === null ? {} : { metrics }),
    llm_call_count: 1,
  }
}

function isAnswer(message: Fields): boolean {
  const parts = listOf(message, 'content')
  return parts.length > 0 && parts.every((part) => recordOf(asRecord(part) ?? {}, 'functionResponse') !== null)
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return content === undefined || content === null ? '' : JSON.stringify(content)
  return content.map(partText).join('\n')
}

function partText(part: unknown): string {
  const record = asRecord(part)
  if (record !== null) return textOf(record, 'text') ?? ''
  return typeof part === 'string' ? part : JSON.stringify(part)
}

function thoughtsOf(message: Fields): string {
  const lines = listOf(message, 'thoughts').map((item) => {
    const thought = asRecord(item) ?? {}
    const subject = textOf(thought, 'subject') ?? ''
    const description = textOf(thought, 'description') ?? ''
    return subject === '' || description === '' ? description : `${subject}: ${description}`
  })
  return lines.filter((line) => line !== '').join('\n')
}

type Call = NonNullable<TrajectoryStep['tool_calls']>[number]
type Result = NonNullable<TrajectoryStep['observation']>['results'][number]

function toCall(call: Fields): Call {
  const named = { tool_call_id: textOf(call, 'id') ?? '', function_name: textOf(call, 'name') ?? '' }
  return { ...named, arguments: { ...recordOf(call, 'args') } }
}

function toResult(call: Fields): Result {
  const id = textOf(call, 'id') ?? ''
  const content = answerOf(call)
  return { ...(id === '' ? {} : { source_call_id: id }), ...(content === null ? {} : { content }) }
}

/** The last output of the call, or what it failed of, and the kinds of its pictures. */
function answerOf(call: Fields): string | null {
  let text: string | null = null
  const pictures: string[] = []
  for (const item of listOf(call, 'result')) {
    const answer = recordOf(asRecord(item) ?? {}, 'functionResponse') ?? {}
    const response = recordOf(answer, 'response') ?? {}
    text = wordsOf(response['output']) ?? wordsOf(response['error']) ?? text
    for (const part of listOf(answer, 'parts')) {
      const data = recordOf(asRecord(part) ?? {}, 'inlineData')
      if (data !== null) pictures.push(`[${textOf(data, 'mimeType') ?? 'image/png'}]`)
    }
  }
  return pictures.length === 0 ? text : [...(text === null ? [] : [text]), ...pictures].join('\n')
}

function wordsOf(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Output is all that the model wrote, its thoughts and what it wrote for tools of Google's included. */
function toMetrics(tokens: Fields): TrajectoryStep['metrics'] | null {
  if (Object.keys(tokens).length === 0) return null
  const thoughts = countOf(tokens, 'thoughts') ?? 0
  const tool = countOf(tokens, 'tool') ?? 0
  return {
    prompt_tokens: countOf(tokens, 'input') ?? 0,
    completion_tokens: (countOf(tokens, 'output') ?? 0) + thoughts + tool,
    cached_tokens: countOf(tokens, 'cached') ?? 0,
    extra: { thoughts_tokens: thoughts, tool_tokens: tool },
  }
}

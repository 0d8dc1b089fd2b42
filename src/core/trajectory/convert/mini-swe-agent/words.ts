import { isIsoTimestamp } from '../../iso-timestamp.ts'
import { asRecord, listOf, parseLine, recordOf, recordsIn, textOf, type Fields } from '../../../agent/logs/fields.ts'

/** A call of a tool as trajectories hold it. */
export interface Call {
  readonly tool_call_id: string
  readonly function_name: string
  readonly arguments: Record<string, unknown>
}

export interface Words {
  readonly text: string
  readonly reasoning: string | null
  readonly calls: readonly Call[]
}

/** What the model said, in the form of Chat Completions or of the Responses API. `step` names calls without an id. */
export function wordsOf(message: Fields, step: number): Words {
  if (message['object'] === 'response') return wordsOfResponse(message, step)
  const calls = recordsIn(listOf(message, 'tool_calls')).map((call, index) =>
    toCall(recordOf(call, 'function') ?? {}, textOf(call, 'id'), `call_${step}_${index + 1}`),
  )
  return { text: contentText(message['content']), reasoning: textOf(message, 'reasoning_content') || null, calls }
}

function wordsOfResponse(message: Fields, step: number): Words {
  const items = recordsIn(listOf(message, 'output'))
  const ofType = (type: string): readonly Fields[] => items.filter((item) => item['type'] === type)
  const thoughts = ofType('reasoning').flatMap((item) => [...listOf(item, 'summary'), ...listOf(item, 'content')])
  return {
    text: joined(ofType('message').map((item) => contentText(item['content']))),
    reasoning: joined(thoughts.map((part) => textOf(asRecord(part) ?? {}, 'text') ?? '')) || null,
    calls: ofType('function_call').map((item, index) =>
      toCall(item, textOf(item, 'call_id') ?? textOf(item, 'id'), `call_${step}_${index + 1}`),
    ),
  }
}

function toCall(called: Fields, id: string | null, otherwise: string): Call {
  const raw = called['arguments']
  // Arguments that are no JSON are the command itself.
  const args = typeof raw === 'string' ? (parseLine(raw) ?? { command: raw }) : (asRecord(raw) ?? {})
  return { tool_call_id: id ?? otherwise, function_name: textOf(called, 'name') ?? 'bash', arguments: { ...args } }
}

/** Text, or the texts of its parts. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return joined(
    content.map((part: unknown) => (typeof part === 'string' ? part : (textOf(asRecord(part) ?? {}, 'text') ?? ''))),
  )
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n')
}

/** When a message came, in the form that Harbor writes; seconds since the epoch, or a text, wherever it stands. */
export function timestampOf(message: Fields): string | null {
  const extra = recordOf(message, 'extra') ?? {}
  const values = [message['created_at'], message['timestamp'], message['completed_at'], extra['timestamp']]
  for (const value of values) {
    const timestamp = toIso(value)
    if (timestamp !== null) return timestamp
  }
  return null
}

function toIso(value: unknown): string | null {
  if (typeof value === 'string') return isIsoTimestamp(value) ? value.replace(/Z$/, '+00:00') : null
  if (typeof value !== 'number' || !(Math.abs(value) < MAX_SECONDS)) return null
  const micros = Math.round(value * 1e6)
  const seconds = Math.floor(micros / 1e6)
  const fraction = micros - seconds * 1e6
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19)
  return `${whole}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}+00:00`
}

/** The end of the year 9999. */
const MAX_SECONDS = 253_402_300_799

import { asRecord, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { toPythonJson } from '../python.ts'
import { parseShallowJson } from './shallow-json.ts'

export interface ToolOutput {
  /** Null: nothing was said. */
  readonly output: string | null
  readonly metadata: Fields | null
}

/**
 * What came back for a call: text, an object with `output` and `metadata` (older versions), or parts of content. Images
 * stay in the rollout: a conversion writes one file.
 */
export function toOutput(raw: unknown): ToolOutput {
  if (raw === undefined || raw === null) return { output: null, metadata: null }
  const value = typeof raw === 'string' ? parseJson(raw) : raw
  const record = asRecord(value)
  if (record !== null) return ofObject(record)
  if (isContent(value)) return { output: value.map(partText).join('\n'), metadata: null }
  return { output: typeof raw === 'string' ? raw : toPythonJson(value), metadata: null }
}

function ofObject(record: Fields): ToolOutput {
  const metadata = recordOf(record, 'metadata')
  const output = record['output']
  if (typeof output === 'string') return { output, metadata }
  if (output !== undefined && output !== null) return { output: toPythonJson(output), metadata }
  return { output: Object.keys(record).length === 0 ? null : toPythonJson(record), metadata }
}

const TEXT = new Set(['text', 'input_text'])
const IMAGE = new Set(['image', 'input_image'])
const OTHER = new Set(['audio', 'input_audio', 'resource', 'resource_link', 'encrypted_content'])

function isContent(value: unknown): value is readonly Fields[] {
  return Array.isArray(value) && value.length > 0 && value.every(isPart)
}

function isPart(part: unknown): boolean {
  const type = textOf(asRecord(part) ?? {}, 'type') ?? ''
  return TEXT.has(type) || IMAGE.has(type) || OTHER.has(type)
}

function partText(part: Fields): string {
  const type = textOf(part, 'type') ?? ''
  const text = textOf(part, 'text')
  if (TEXT.has(type) && text !== null) return text
  if (!IMAGE.has(type)) return toPythonJson(part)
  const url = type === 'input_image' ? (textOf(part, 'image_url') ?? '') : ''
  return url.includes('://') && !url.startsWith('data:') ? `[image: ${url}]` : '[image omitted]'
}

/** The text itself where it is no JSON. */
function parseJson(text: string): unknown {
  const first = text.trimStart()[0]
  // Only objects and lists mean something else than their text.
  if (first !== '{' && first !== '[') return text
  return parseShallowJson(text) ?? text
}

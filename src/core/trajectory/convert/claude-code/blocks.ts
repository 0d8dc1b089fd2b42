import { asRecord, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { hasText, strip, textOrJson } from '../python.ts'

/** What one line of an assistant holds. */
export interface Said {
  readonly text: string
  readonly reasoning: string
  /** The calls of its own tools; what the vendor's tools did stands in the text. */
  readonly calls: readonly Fields[]
}

export function readBlocks(content: unknown): Said {
  if (typeof content === 'string') return { text: strip(content), reasoning: '', calls: [] }
  if (!Array.isArray(content)) {
    return {
      text: content === undefined || content === null ? '' : strip(textOrJson(content)),
      reasoning: '',
      calls: [],
    }
  }
  const texts: string[] = []
  const thoughts: string[] = []
  const calls: Fields[] = []
  for (const item of content) {
    const block = asRecord(item)
    const type = block === null ? null : block['type']
    if (block === null) texts.push(textOrJson(item))
    else if (type === 'tool_use') calls.push(block)
    else if (isThought(type)) thoughts.push(textOrJson(block['text'] ?? block['thinking'] ?? null))
    else if (type === 'redacted_thinking') thoughts.push(openRouterThought(block))
    else texts.push((type === 'code' ? textOf(block, 'code') : null) ?? textOf(block, 'text') ?? textOrJson(block))
  }
  return { text: join(texts), reasoning: join(thoughts), calls }
}

/** The id under which a call is answered. */
export function callIdOf(block: Fields): string | null {
  return (textOf(block, 'id') || textOf(block, 'tool_use_id')) ?? null
}

function isThought(type: unknown): boolean {
  return type === 'thinking' || type === 'reasoning' || type === 'analysis'
}

const OPEN_ROUTER = 'openrouter.reasoning:'

/** Redacted thoughts cannot be read, but for those that OpenRouter passes on in the same envelope. */
function openRouterThought(block: Fields): string {
  const data = textOf(block, 'data') ?? ''
  if (!data.startsWith(OPEN_ROUTER)) return ''
  try {
    const bytes = Uint8Array.from(atob(data.slice(OPEN_ROUTER.length)), (character) => character.charCodeAt(0))
    const inner = asRecord(JSON.parse(new TextDecoder().decode(bytes)))
    return inner === null ? '' : (textOf(inner, 'text') ?? '')
  } catch {
    return ''
  }
}

function join(parts: readonly string[]): string {
  return parts
    .filter((part) => hasText(part))
    .map((part) => strip(part))
    .join('\n\n')
}

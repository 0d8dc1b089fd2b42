import type { StoredEvent } from '../../contract/events.ts'
import { formatTime } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import { cutToWidth } from '../text/width.ts'

const VALUE_COLUMNS = 120

/** An event for people: number, time, type, and what it carries. `--json` has all of it. */
export function renderEvent(event: StoredEvent): string {
  const { v: _version, seq, at, type, ...facts } = event
  const shown = Object.entries(facts).map(([key, value]) => `${key}=${showValue(value)}`)
  return `${String(seq).padStart(5)}  ${formatTime(at).slice(11)}  ${type.padEnd(20)}  ${shown.join(' ')}`.trimEnd()
}

function showValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, roundFractions)
  const plain = cutToWidth(plainLine(text), VALUE_COLUMNS)
  return typeof value === 'string' && (plain === '' || plain.includes(' ')) ? JSON.stringify(plain) : plain
}

function roundFractions(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(3)) : value
}

import { asRecord, parseLine, type Fields } from '../../../agent/logs/fields.ts'
import type { LineReader } from '../line-reader.ts'
import { isMessage } from './session-index.ts'

/** A message of a session put together from its lines; null where they are gone. */
export async function readMessage(reader: LineReader, path: string, places: readonly number[]): Promise<Fields | null> {
  let message: Fields | null = null
  let early: Fields[] = []
  for (const at of places) {
    const record = parseLine((await reader.read(path, at)) ?? '')
    if (record === null) continue
    if (isMessage(record)) {
      const before: Fields = message ?? {}
      message = early.reduce(update, { ...before, ...record })
      early = []
    } else if (message === null) early.push(record)
    else message = update(message, record)
  }
  return message
}

/** Objects in it are added to, all else is replaced. */
function update(message: Fields, change: Fields): Fields {
  const merged: Record<string, unknown> = { ...message }
  const entries = Object.entries(change).filter(([key]) => key !== 'type' && key !== 'id')
  for (const [key, value] of entries) {
    const old = asRecord(message[key])
    const added = asRecord(value)
    merged[key] = old === null || added === null ? value : { ...old, ...added }
  }
  return merged
}

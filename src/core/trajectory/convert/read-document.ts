import { asRecord, type Fields } from '../../agent/logs/fields.ts'
import type { LogFolder } from './converter.ts'

/** A longer document is not read: it would have to be in memory whole. */
const MAX_CHARS = 128 * 1024 ** 2

/** A file that is one JSON object; null where it is missing, broken, cut or too long. */
export async function readDocument(logs: LogFolder, path: string): Promise<Fields | null> {
  const lines: string[] = []
  let chars = 0
  for await (const { text } of logs.lines(path)) {
    chars += text.length + 1
    if (chars > MAX_CHARS) return null
    lines.push(text)
  }
  try {
    return asRecord(JSON.parse(lines.join('\n')))
  } catch {
    return null
  }
}

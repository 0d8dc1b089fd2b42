import type { ImageProgress } from '../../core/environment/backend.ts'
import { textOf } from './engine-message.ts'

/** Engines tell of every layer many times a second. */
const PAUSE_MS = 250

interface Layer {
  readonly done: boolean
  readonly current: number
  readonly total: number
}

/** Sums the messages about layers up to a line for the image, not more often than people can read it. */
export function createPullProgress(name: string, report: (progress: ImageProgress) => void) {
  const layers = new Map<string, Layer>()
  let reportedMs = -Infinity
  let reportedText = ''

  return {
    take(message: Readonly<Record<string, unknown>>): void {
      const id = textOf(message, 'id')
      const status = textOf(message, 'status')
      // "Pulling from …" carries the tag in the place of a layer.
      if (id !== '' && !status.startsWith('Pulling from')) layers.set(id, toLayer(status, message, layers.get(id)))
      const known = [...layers.values()]
      const done = known.filter((layer) => layer.done).length
      const text = known.length === 0 ? `pulling ${name}` : `pulling ${name}: ${done} of ${known.length} layers`
      const nowMs = performance.now()
      if (text === reportedText && nowMs - reportedMs < PAUSE_MS) return
      reportedMs = nowMs
      reportedText = text
      report({ stage: 'pull', text, ...bytesOf(known) })
    },
  }
}

function toLayer(status: string, message: Readonly<Record<string, unknown>>, before: Layer | undefined): Layer {
  const done = /^(Pull complete|Already exists|Download complete)$/.test(status)
  const total = status === 'Downloading' ? detail(message, 'total') : (before?.total ?? 0)
  const current = status === 'Downloading' ? detail(message, 'current') : done ? total : (before?.current ?? 0)
  return { done: done || (before?.done ?? false), current, total }
}

/** Only once a size is known: a sum of nothing would look like the end. */
function bytesOf(layers: readonly Layer[]): Pick<ImageProgress, 'current' | 'total'> {
  const total = layers.reduce((sum, layer) => sum + layer.total, 0)
  return total === 0 ? {} : { current: layers.reduce((sum, layer) => sum + layer.current, 0), total }
}

function detail(message: Readonly<Record<string, unknown>>, key: string): number {
  const details = message['progressDetail']
  const value: unknown = typeof details === 'object' && details !== null ? Reflect.get(details, key) : 0
  return typeof value === 'number' ? value : 0
}

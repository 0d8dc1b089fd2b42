import type { Emit } from './turns.ts'

export interface Notices {
  add(message: string): void
  /** The model or a tool got on: what is said next is trouble anew, even in the same words. */
  gotOn(): void
}

/** What Codex says of its own trouble (items and events of type `error`), once where it says it again and again. */
export function createNotices(emit: Emit): Notices {
  let last: string | null = null
  return {
    add(message) {
      if (message.trim() === '') return
      const sense = message.replaceAll(/\d+/g, '')
      if (sense !== last) emit({ type: 'warning.raised', message: `codex: ${message}`, hint: null })
      last = sense
    },
    gotOn: () => {
      last = null
    },
  }
}

import type { TrialEventBody } from '../../../../contract/events.ts'
import { recordOf, textOf, type Fields } from '../fields.ts'

export interface Notices {
  read(event: Fields): readonly TrialEventBody[]
}

/** What Codex says of its own trouble (items and events of type `error`), once where it says it again and again. */
export function createNotices(): Notices {
  let last: string | null = null
  return {
    read(event) {
      const message = messageOf(event)
      if (message === null || message.trim() === '') return []
      const sense = message.replaceAll(/\d+/g, '')
      if (sense === last) return []
      last = sense
      return [{ type: 'warning.raised', message: `codex: ${message}`, hint: null }]
    },
  }
}

function messageOf(event: Fields): string | null {
  if (event['type'] === 'error') return textOf(event, 'message')
  const item = event['type'] === 'item.completed' ? recordOf(event, 'item') : null
  return item !== null && item['type'] === 'error' ? textOf(item, 'message') : null
}

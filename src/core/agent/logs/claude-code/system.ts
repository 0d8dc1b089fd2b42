import type { TrialEventBody } from '../../../../contract/events.ts'
import { numberOf, recordOf, textOf, type Fields } from '../fields.ts'
import { toMessage, type Speaker } from './content.ts'

/** What the CLI says of its own work and people want to know while they watch: waits, and what it forgot. */
export function tellSystem(line: Fields, speaker: Speaker): readonly TrialEventBody[] {
  if (line['type'] === 'rate_limit_event') return tellRateLimit(recordOf(line, 'rate_limit_info') ?? {})
  switch (line['subtype']) {
    case 'api_retry':
      return [{ type: 'warning.raised', message: retryMessage(line), hint: null }]
    case 'compact_boundary': {
      const about = recordOf(line, 'compact_metadata') ?? {}
      const tokens = numberOf(about, 'pre_tokens')
      const size = tokens === null ? '' : ` at ${tokens} tokens`
      return toMessage('system', `The conversation was compacted${size}.`, '', speaker)
    }
    default:
      return []
  }
}

function tellRateLimit(info: Fields): readonly TrialEventBody[] {
  if (info['status'] !== 'rejected') return []
  const kind = textOf(info, 'rateLimitType')
  return [{ type: 'warning.raised', message: `usage limit reached${kind === null ? '' : `: ${kind}`}`, hint: null }]
}

function retryMessage(line: Fields): string {
  const status = numberOf(line, 'error_status')
  const error = textOf(line, 'error')
  // Without a status there was no answer: the CLI calls that "unknown".
  const reason =
    status === null && error === 'unknown' ? '(no answer)' : [status, error].filter((part) => part !== null).join(' ')
  const delayMs = numberOf(line, 'retry_delay_ms')
  const wait = delayMs === null ? '' : ` in ${Math.ceil(delayMs / 1000)} s`
  const attempt = `${numberOf(line, 'attempt') ?? '?'} of ${numberOf(line, 'max_retries') ?? '?'}`
  return `API error${reason === '' ? '' : ` ${reason}`}: attempt ${attempt}${wait}`
}

import type { RunWriter } from '../../core/job/ports.ts'
import type { Change, EventBatch } from './protocol.ts'

/** Changes on their way to the worker, sent in batches. */
export interface ChangeQueue {
  readonly writer: Omit<RunWriter, 'flush'>
  sendNow(): void
}

/** A change is sent this long after it was put at the latest. */
const SEND_DELAY_MS = 20
/** So many events are sent at once: one transaction. */
const EVENTS_AT_ONCE = 2000

export function createChangeQueue(send: (changes: readonly Change[]) => void): ChangeQueue {
  let changes: Change[] = []
  let events = 0
  let timer: NodeJS.Timeout | undefined

  function sendNow(): void {
    clearTimeout(timer)
    timer = undefined
    const batch = changes
    changes = []
    events = 0
    if (batch.length > 0) send(batch)
  }

  function add(change: Change): void {
    changes.push(change)
    timer ??= setTimeout(sendNow, SEND_DELAY_MS)
  }

  /** The list that an event goes to: one for neighbours of a stream, so that little more than their text is sent. */
  function batchFor(stream: string, seq: number): EventBatch {
    const last = changes.at(-1)
    if (last?.kind === 'events' && last.stream === stream && last.seqs.at(-1) === seq - 1) return last
    const batch: EventBatch = { kind: 'events', stream, seqs: [], types: [], ats: [], lines: [] }
    add(batch)
    return batch
  }

  return {
    sendNow,
    writer: {
      putEvent(stream, seq, type, at, json) {
        const batch = batchFor(stream, seq)
        batch.seqs.push(seq)
        batch.types.push(type)
        batch.ats.push(at)
        batch.lines.push(json)
        events += 1
        if (events >= EVENTS_AT_ONCE) sendNow()
      },
      putJob: (row) => add({ kind: 'job', row }),
      putTrial: (row) => add({ kind: 'trial', row }),
      truncateEvents: (stream, lastSeq) => add({ kind: 'truncate', stream, lastSeq }),
      deleteTrial: (jobName, trialName) => add({ kind: 'delete-trial', jobName, trialName }),
      deleteJob: (jobName) => add({ kind: 'delete-job', jobName }),
    },
  }
}

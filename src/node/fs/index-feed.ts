import { closeSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredEvent } from '../../contract/events.ts'
import { parseEventLine } from '../../core/job/event-line.ts'
import type { RunWriter } from '../../core/job/ports.ts'
import { createJobProjection, type RowChanges } from '../../core/job/projection.ts'
import { readTrialDocuments } from '../read/documents.ts'
import { readLines } from '../read/event-lines.ts'
import { EVENTS_FILE } from '../read/layout.ts'
import { directoriesBelow, openBelow } from '../read/safe-read.ts'

/** Keeps the index's rows of one job as its files are written: the same rows that a rebuild finds in them. */
export interface IndexFeed {
  onJobEvent(event: StoredEvent): void
  /** The documents of a trial were written or removed. */
  onTrialChanged(trialName: string): void
}

/** Starts from what the job's files say now; those rows stand in the index already or are found when it is opened. */
export function createIndexFeed(jobDirectory: string, jobName: string, index: RunWriter): IndexFeed {
  const projection = createJobProjection(jobName)
  for (const event of eventsOf(jobDirectory)) projection.apply(event)
  for (const trialName of directoriesBelow(jobDirectory)) load(trialName)

  function load(trialName: string): RowChanges {
    return projection.setTrial(trialName, readTrialDocuments(join(jobDirectory, trialName)))
  }

  function putTrials({ trials }: RowChanges): void {
    for (const trialName of trials) {
      const row = projection.trial(trialName)
      if (row === null) index.deleteTrial(jobName, trialName)
      else index.putTrial(row)
    }
  }

  return {
    onJobEvent(event) {
      const changes = projection.apply(event)
      if (changes.job) index.putJob(projection.job({ result: null, config: null }))
      putTrials(changes)
    },
    onTrialChanged: (trialName) => putTrials(load(trialName)),
  }
}

function* eventsOf(jobDirectory: string): Generator<StoredEvent> {
  const file = openBelow(jobDirectory, [EVENTS_FILE])
  if (file === null) return
  try {
    for (const { bytes } of readLines(file, 0)) {
      const event = parseEventLine(bytes.toString())
      if (event !== null) yield event
    }
  } finally {
    closeSync(file)
  }
}

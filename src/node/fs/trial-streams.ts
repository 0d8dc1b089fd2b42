import { open as openFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { TrialEventBody } from '../../contract/events.ts'
import type { Clock, OutputLog, RunWriter, TrialJournal } from '../../core/job/ports.ts'
import { EVENTS_FILE, OUTPUT_FILE } from '../read/layout.ts'
import { openEventLog, type EventListener } from './event-log.ts'
import { lastOutputEnd, openForAppending } from './log-files.ts'
import { createOutputLog, type TrackedOutputLog } from './output-log.ts'
import type { Scrubber } from './scrub.ts'

/** The files of a trial that are appended to while it runs. */
export interface TrialStreams {
  openJournal(): Promise<TrialJournal>
  openOutput(): Promise<OutputLog>
  /** `path` is relative to the trial. */
  appendLog(path: string): OutputLog
  /** Logs that this process writes: no archive may put a file in their place. */
  readonly ownLogs: ReadonlySet<string>
  readonly isOpen: boolean
  /** Closes what is still open. */
  close(): Promise<void>
}

export interface TrialStreamsOptions {
  readonly directory: string
  /** Name of the trial's stream in the index. */
  readonly stream: string
  readonly clock: Clock
  readonly scrubber: Scrubber
  readonly index: RunWriter | null
  readonly onEvent: EventListener
  /** Makes the folder of a file and returns the file's absolute path. */
  readonly pathFor: (path: string) => Promise<string>
}

export function createTrialStreams({
  directory,
  stream,
  clock,
  scrubber,
  index,
  onEvent,
  pathFor,
}: TrialStreamsOptions): TrialStreams {
  const opened = new Map<string, { close(): Promise<void> }>()
  const ownLogs = new Set<string>()
  let output: TrackedOutputLog | null = null
  let isOutputUnsynced = false

  /** Keeps a file as open until it is closed; each is open once. */
  function track<T extends { close(): Promise<void> }>(name: string, log: T): T {
    opened.set(name, log)
    const close = async (): Promise<void> => {
      opened.delete(name)
      await log.close()
    }
    return { ...log, close }
  }

  function refuseSecond(name: string): void {
    if (opened.has(name)) throw new AppError('internal', `${name} of ${stream} is open already`)
  }

  async function syncOutput(): Promise<void> {
    if (opened.has(OUTPUT_FILE)) await output?.sync()
    else if (isOutputUnsynced) {
      const handle = await openFile(join(directory, OUTPUT_FILE), 'r+')
      try {
        await handle.datasync()
      } finally {
        await handle.close()
      }
      isOutputUnsynced = false
    }
  }

  return {
    ownLogs,
    get isOpen() {
      return opened.size > 0
    },
    async openJournal() {
      refuseSecond(EVENTS_FILE)
      const path = await pathFor(EVENTS_FILE)
      const pointedAt = { settled: async () => output?.settled(), sync: syncOutput }
      const journal = await openEventLog<TrialEventBody>({
        path,
        stream,
        clock,
        redactor: scrubber,
        index,
        output: pointedAt,
      })
      journal.subscribe(onEvent)
      return track(EVENTS_FILE, journal)
    },
    async openOutput() {
      refuseSecond(OUTPUT_FILE)
      const path = await pathFor(OUTPUT_FILE)
      const atLeast = lastOutputEnd(directory, EVENTS_FILE)
      output = createOutputLog({ path, scrubber, open: async () => openForAppending(path, atLeast) })
      isOutputUnsynced = true
      return track(OUTPUT_FILE, output)
    },
    appendLog(path) {
      refuseSecond(path)
      ownLogs.add(path)
      const log = createOutputLog({
        path: join(directory, path),
        scrubber,
        open: async () => openForAppending(await pathFor(path)),
      })
      return track(path, log)
    },
    async close() {
      const logs = [...opened.values()]
      opened.clear()
      await closeAll(logs)
    },
  }
}

/** Closes all, also where one fails; rejects with the first failure once all are closed. */
export async function closeAll(logs: readonly { close(): Promise<void> }[]): Promise<void> {
  const results = await Promise.allSettled(logs.map(async (log) => log.close()))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure !== undefined) throw failure.reason
}

import { resolve } from 'node:path'
import type { TrialFilter } from '../../contract/api/common.ts'
import type { Step } from '../../contract/api/trials.ts'
import type { StoredEvent } from '../../contract/events.ts'
import type { Statistics, StatisticsKind } from '../../core/analysis/trial-queries.ts'
import { parseEventLine } from '../../core/job/event-line.ts'
import type { RunStore } from '../../core/job/ports.ts'
import type { Printed } from '../../core/steps/recording.ts'
import type { TrajectoryQuery } from '../../core/steps/trajectory-page.ts'
import { compareJobRows, compareTrialRows, settleJobRow } from '../../core/job/row-order.ts'
import { createChangeQueue } from './change-queue.ts'
import type { IndexCounts } from './protocol.ts'
import type { StepLines, StepPage, StepQuery } from './step-table.ts'
import type { FoundTrajectory } from './trajectories.ts'
import { createWorkerClient } from './worker-client.ts'

/** The index of a jobs folder in SQLite. */
export interface IndexStore extends RunStore {
  /** Takes over at once what Harbor or a process that was killed wrote; lists do so every few seconds. */
  refresh(): Promise<void>
  /** Looks for what other processes wrote since, without reading again what has not moved. */
  look(): Promise<void>
  /** Events with seq > afterSeq, of these types or of all. */
  eventsOf(
    stream: string,
    query: { readonly types: readonly string[] | null; readonly afterSeq: number; readonly limit: number },
  ): Promise<readonly StoredEvent[]>
  /** When the output of a trial stood where: some `most` places in order. */
  sampleOutput(stream: string, most: number): Promise<readonly Printed[]>
  /** Steps of a trial as its events tell them. */
  stepPage(stream: string, query: StepQuery): Promise<StepPage>
  steps(stream: string, indices: readonly number[]): Promise<readonly StepLines[]>
  /** The same as the agent's own trajectory tells them, with why there is none that can be used. */
  trajectoryPage(stream: string, query: TrajectoryQuery): Promise<FoundTrajectory>
  /** Null: there is none that can be used. */
  trajectorySteps(stream: string, indices: readonly number[]): Promise<readonly Step[] | null>
  /** Makes the index anew from the files. Code: storage-read-only. */
  rebuild(): Promise<IndexCounts>
}

export interface IndexStoreOptions {
  /** Whether a process holds a job's lock. */
  readonly isHeld: (jobName: string) => Promise<boolean>
  /** Lists compare the index with the files again when the last time is longer ago than this; 5000 by default. */
  readonly listRefreshMs?: number
}

/** Several who look at the same time look once. */
const LOOK_AGE_MS = 500

/**
 * Opens `<jobsDir>/.tbcc.db` in a worker thread with the first use. It heals itself: missing, outdated or damaged, it is
 * brought to what the files say before the first answer; where it cannot be written, a temporary one takes its place.
 */
export function createIndexStore(jobsDir: string, { isHeld, listRefreshMs = 5000 }: IndexStoreOptions): IndexStore {
  const client = createWorkerClient({ jobsDir: resolve(jobsDir), listRefreshMs })
  const queue = createChangeQueue((changes) => client.send(changes))

  const ask: typeof client.ask = async (question, interrupted) => {
    queue.sendNow()
    return client.ask(question, interrupted)
  }

  let confirmed: ReadonlySet<string> = new Set()

  /** Of these jobs those that no engine holds. */
  const unheld = async (jobNames: readonly string[]): Promise<readonly string[]> => {
    const held = await Promise.all(jobNames.map(async (jobName) => isHeld(jobName)))
    return jobNames.filter((_, at) => held[at] === false)
  }

  /**
   * Jobs that their files call running and nobody runs. One may have ended between the look at its row and that at its lock, which
   * is let go last: the files are compared once more before a job is said to be interrupted for the first time.
   */
  const findInterrupted = async (): Promise<readonly string[]> => {
    let found = await unheld(await ask({ kind: 'running-jobs' }))
    if (!found.every((jobName) => confirmed.has(jobName))) {
      await ask({ kind: 'look', maxAgeMs: 0 })
      const running = new Set(await ask({ kind: 'running-jobs' }))
      found = await unheld(found.filter((jobName) => running.has(jobName)))
    }
    confirmed = new Set(found)
    return found
  }

  /** Rows of trials say whether somebody runs their job: found out before any question about them, and told with it. */
  const askSettled: typeof client.ask = async (question) => ask(question, await findInterrupted())

  return {
    ...queue.writer,
    async listJobs() {
      const interrupted = new Set(await findInterrupted())
      const rows = await ask({ kind: 'jobs' })
      return rows.map((row) => settleJobRow(row, interrupted)).sort(compareJobRows)
    },
    listTrials: async (jobName) => [...(await askSettled({ kind: 'trials', jobName }))].sort(compareTrialRows),
    findTrial: async (nameOrId) => [...(await askSettled({ kind: 'find', nameOrId }))].sort(compareTrialRows),
    queryTrials: async (query) => askSettled({ kind: 'query-trials', query }),
    facets: async (filter) => askSettled({ kind: 'facets', filter }),
    jobTotals: async (jobNames) => askSettled({ kind: 'job-totals', jobNames }),
    spentUsd: async (since) => ask({ kind: 'spent', since }),
    async statistics<Kind extends StatisticsKind>(of: Kind, filter: TrialFilter) {
      const answer = await askSettled({ kind: 'statistics', of, filter })
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker answers each kind as `Statistics` has it
      return answer as Statistics[Kind]
    },
    events: async (stream, afterSeq, limit) =>
      parseLines(await ask({ kind: 'events', stream, afterSeq, limit: clampLimit(limit) })),
    lastEvents: async (stream, limit) => parseLines(await ask({ kind: 'last', stream, limit: clampLimit(limit) })),
    outputRanges: async (stream, afterSeq) => ask({ kind: 'ranges', stream, afterSeq }),
    async flush() {
      // Where the worker broke, the files have what it missed.
      await ask({ kind: 'flush' }).catch(() => {})
    },
    async refresh() {
      await ask({ kind: 'refresh' })
    },
    async look() {
      await ask({ kind: 'look', maxAgeMs: LOOK_AGE_MS })
    },
    eventsOf: async (stream, query) => parseLines(await ask({ kind: 'events-of', stream, ...query })),
    sampleOutput: async (stream, most) => ask({ kind: 'sample-output', stream, most }),
    stepPage: async (stream, query) => ask({ kind: 'step-page', stream, query }),
    steps: async (stream, indices) => ask({ kind: 'steps', stream, indices }),
    trajectoryPage: async (stream, query) => ask({ kind: 'trajectory-page', stream, query }),
    trajectorySteps: async (stream, indices) => ask({ kind: 'trajectory-steps', stream, indices }),
    rebuild: async () => ask({ kind: 'rebuild' }),
    async close() {
      queue.sendNow()
      await client.close()
    },
  }
}

/** Lines of a newer version are left out, as everywhere. */
function parseLines(lines: readonly string[]): readonly StoredEvent[] {
  return lines.flatMap((line) => parseEventLine(line) ?? [])
}

function clampLimit(limit: number): number {
  return Math.min(Math.max(0, Math.floor(limit)), Number.MAX_SAFE_INTEGER)
}

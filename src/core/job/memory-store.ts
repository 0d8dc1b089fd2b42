import type { StoredEvent } from '../../contract/events.ts'
import { createMemoryQueries } from '../analysis/memory-queries.ts'
import { parseEventLine } from './event-line.ts'
import type { JobRow, OutputRange, RunStore, TrialRow } from './ports.ts'
import { compareJobRows, compareTrialRows, settleJobRow, settleTrialRow } from './row-order.ts'

/** The whole port in memory: for engines that keep nothing, and to test what uses a store. */
export function createMemoryStore(isHeld: (jobName: string) => Promise<boolean>): RunStore {
  const jobs = new Map<string, JobRow>()
  const trials = new Map<string, TrialRow>()
  const streams = new Map<string, Map<number, string>>()

  function lines(stream: string): readonly StoredEvent[] {
    const kept = [...(streams.get(stream) ?? [])].sort(([a], [b]) => a - b)
    return kept.flatMap(([, json]) => parseEventLine(json) ?? [])
  }
  async function listJobs(): Promise<JobRow[]> {
    const rows = [...jobs.values()]
    const held = await Promise.all(rows.map(async ({ jobName }) => isHeld(jobName)))
    const unheld = new Set(rows.flatMap(({ jobName }, at) => (held[at] === true ? [] : [jobName])))
    return rows.map((row) => settleJobRow(row, unheld)).sort(compareJobRows)
  }
  async function settledTrials(): Promise<TrialRow[]> {
    const interrupted = (await listJobs()).filter(({ state }) => state === 'interrupted')
    const names = new Set(interrupted.map(({ jobName }) => jobName))
    return [...trials.values()].map((row) => settleTrialRow(row, names))
  }
  async function keepTrials(keep: (row: TrialRow) => boolean): Promise<readonly TrialRow[]> {
    return (await settledTrials()).filter(keep).sort(compareTrialRows)
  }
  function deleteTrial(jobName: string, trialName: string): void {
    trials.delete(`${jobName}/${trialName}`)
    streams.delete(`${jobName}/${trialName}`)
  }

  return {
    ...createMemoryQueries(settledTrials),
    listJobs,
    listTrials: async (jobName) => keepTrials((row) => row.jobName === jobName),
    findTrial: async (nameOrId) => keepTrials((row) => row.trialName === nameOrId || row.trialId === nameOrId),
    events: async (stream, afterSeq, limit) =>
      lines(stream)
        .filter(({ seq }) => seq > afterSeq)
        .slice(0, limit),
    lastEvents: async (stream, limit) => (limit <= 0 ? [] : lines(stream).slice(-limit)),
    outputRanges: async (stream, afterSeq) => lines(stream).flatMap((event) => toRange(event, afterSeq)),
    putJob: (row) => void jobs.set(row.jobName, row),
    putTrial: (row) => void trials.set(`${row.jobName}/${row.trialName}`, row),
    putEvent(stream, seq, _type, _at, json) {
      const kept = streams.get(stream) ?? new Map<number, string>()
      streams.set(stream, kept.set(seq, json))
    },
    truncateEvents(stream, lastSeq) {
      for (const seq of streams.get(stream)?.keys() ?? []) if (seq > lastSeq) streams.get(stream)?.delete(seq)
    },
    deleteTrial,
    deleteJob(jobName) {
      jobs.delete(jobName)
      streams.delete(jobName)
      for (const row of trials.values()) if (row.jobName === jobName) deleteTrial(jobName, row.trialName)
      for (const stream of streams.keys()) if (stream.startsWith(`${jobName}/`)) streams.delete(stream)
    },
    flush: async () => {},
    close: async () => {},
  }
}

function toRange(event: StoredEvent, afterSeq: number): readonly OutputRange[] {
  if (event.type !== 'output.written' || event.seq <= afterSeq) return []
  const { seq, phase, from, to } = event
  return [{ seq, phase, from, to }]
}

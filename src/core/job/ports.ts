import type { EventBody, JobEventBody, StoredEvent, TrialEventBody } from '../../contract/events.ts'
import type { Phase } from '../../contract/outcome.ts'
import type { JobRow, TrialRow } from '../../contract/rows.ts'
import type { TrialQueries } from '../analysis/trial-queries.ts'
import type { Archive } from '../environment/backend.ts'

export type { JobRow, TrialRow }

/** Time. Injected, so that tests decide it. */
export interface Clock {
  /** UTC with microseconds, as `Timestamp`. */
  timestamp(): string
  /** Milliseconds of a monotonic clock. */
  monotonicMs(): number
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/**
 * One stream of events being written. `append` gives the event the next seq and returns at once; order is kept on its
 * way to the file, the index and the subscribers. What a failing disk did not take is kept and tried again every second;
 * it surfaces in `flush` and `close`, and at the end of a trial, where it still fails, it stops the job.
 */
export interface EventSink<Body extends EventBody> {
  append(body: Body): void
  /**
   * Resolves when all that was appended is in the file; with `durable`, when it also survives a power cut (a trial's
   * output that its events point at included). Rejects with storage-full, storage-read-only, storage-failed; what was
   * not written is kept.
   */
  flush(options?: { readonly durable?: boolean }): Promise<void>
  /** Flushes, so that its events survive a power cut, and closes; opened again, the stream goes on with the next seq. */
  close(): Promise<void>
}

export type JobJournal = EventSink<JobEventBody>
export type TrialJournal = EventSink<TrialEventBody>

/** The raw output of a trial, secrets replaced, appended to a file such as `tbcc.output.log`. */
export interface OutputLog {
  /** Awaiting it holds the producer back. */
  write(data: Uint8Array): Promise<WrittenOutput>
  /** Bytes held back to see whether a secret goes on in the next chunk are written out. */
  flush(): Promise<WrittenOutput>
  close(): Promise<void>
}

/** What went into the file: bytes [from, to) of it, which may be none, and those bytes. Only these may be shown. */
export interface WrittenOutput {
  readonly from: number
  readonly to: number
  readonly data: Uint8Array
}

/** What an extraction did not take over from a hostile archive, and why. */
export interface ExtractReport {
  /** What stood at the archived path itself. */
  readonly rootType: 'file' | 'directory'
  readonly files: number
  readonly bytes: number
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
}

export interface ExtractLimits {
  readonly maxBytes: number
  readonly maxFiles: number
  /** Patterns as of `tar --exclude`; what they match is left out and not listed. */
  readonly exclude?: readonly string[]
  /** Paths below the destination, with forward slashes, that the archive may not touch; listed where it has them. */
  readonly reserved?: ReadonlySet<string>
}

/** The directory of one trial. Paths are relative to it, with forward slashes; none leaves it. */
export interface TrialFiles {
  /** Absolute, for messages. */
  readonly directory: string
  /** The directory as a `file://` URL. */
  readonly uri: string
  /** Atomic: readers see the old or the new text, also after a power cut. Known secrets are replaced. */
  writeText(path: string, text: string): Promise<void>
  /** The same for a text that is never whole in memory; each piece ends where a token of the format ends. */
  writePieces(path: string, pieces: AsyncIterable<string>): Promise<void>
  /** Regular files below a folder with their sizes, in path order, paths relative to the trial; nothing where it is missing. */
  list(folder: string): Promise<readonly { readonly path: string; readonly bytes: number }[]>
  /** Null where the file is missing. Reads at most `maxBytes` (default 16 MiB) and never follows a link. */
  readText(path: string, maxBytes?: number): Promise<string | null>
  /** The same as bytes, and of a link what it leads to, as long as that is in the file's own folder. */
  readLinked(path: string, maxBytes?: number): Promise<Uint8Array | null>
  /**
   * Unpacks an archive from a container: its top entry, a directory or a file, becomes `destination` itself.
   * What stands there is kept where the archive has nothing of that name.
   */
  extract(archive: Archive, destination: string, limits: ExtractLimits): Promise<ExtractReport>
  /** The bytes of a file from an offset on; nothing where it is missing. Never follows a link. */
  readBytes(path: string, fromByte: number): AsyncIterable<Uint8Array>
  makeDirectory(path: string): Promise<void>
  exists(path: string): Promise<boolean>
  /** Appends raw bytes to a log file of the agent (e.g. `agent/command.txt`), scrubbed, in order. */
  appendLog(path: string): OutputLog
  openJournal(): Promise<TrialJournal>
  openOutput(): Promise<OutputLog>
  /** The text with known secrets replaced: for what is cut or changed before it is written. */
  redact(text: string): string
  /** Replaces known secret values in the files that came out of the container; reward, ctrf and result files stay. */
  scrub(): Promise<void>
}

/** The directory of one job, held by this engine while it is open. */
export interface JobFiles {
  readonly directory: string
  writeText(path: string, text: string): Promise<void>
  readText(path: string, maxBytes?: number): Promise<string | null>
  /** As of TrialFiles. */
  redact(text: string): string
  openJournal(): Promise<JobJournal>
  /** Names of the trial directories that exist. */
  trialNames(): Promise<readonly string[]>
  trial(trialName: string): TrialFiles
  /**
   * Keeps a trial's directory as `<trial>.replaced-<n>.tar.gz`, complete on disk, and only then empties it; the
   * archive's name. `tbcc.events.jsonl` and `tbcc.output.log` stay and go on: seq and byte ranges run across retries.
   */
  replaceTrial(trialName: string): Promise<string>
  /** A message another process left for the running job ("stop"); null when there is none. */
  readStopRequest(): Promise<{ readonly force: boolean } | null>
  /** How many times each trial was replaced so far: the archives that exist. */
  replacedCounts(): Promise<ReadonlyMap<string, number>>
  /** Gives the lock up. */
  release(): Promise<void>
}

/** The readable side of the index. Streams are named by directory: `<job>` for a job's, `<job>/<trial>` for a trial's. */
export interface RunReader extends TrialQueries {
  listJobs(): Promise<readonly JobRow[]>
  listTrials(jobName: string): Promise<readonly TrialRow[]>
  findTrial(nameOrId: string): Promise<readonly TrialRow[]>
  /** Events of a stream with seq > afterSeq, in order, at most `limit`. */
  events(stream: string, afterSeq: number, limit: number): Promise<readonly StoredEvent[]>
  /** The last `limit` events of a stream, in order. */
  lastEvents(stream: string, limit: number): Promise<readonly StoredEvent[]>
  /** Where the output of a trial stands in its `tbcc.output.log`, from its `output.written` events after `afterSeq`. */
  outputRanges(stream: string, afterSeq: number): Promise<readonly OutputRange[]>
}

/** Bytes [from, to) of a trial's `tbcc.output.log` and the phase that printed them. */
export interface OutputRange {
  readonly seq: number
  readonly phase: Phase
  readonly from: number
  readonly to: number
}

/** The writable side of the index. Writes are batched; a failing index never fails a job, it is marked for rebuilding. */
export interface RunWriter {
  putJob(row: JobRow): void
  putTrial(row: TrialRow): void
  /** `json` is the event's line in its file. */
  putEvent(stream: string, seq: number, type: string, at: string, json: string): void
  /** Forgets events with seq > lastSeq: a power cut took them from the file. */
  truncateEvents(stream: string, lastSeq: number): void
  deleteTrial(jobName: string, trialName: string): void
  deleteJob(jobName: string): void
  flush(): Promise<void>
}

/** An index of the files: it can be deleted at any time and rebuilt with the same content. */
export interface RunStore extends RunReader, RunWriter {
  close(): Promise<void>
}

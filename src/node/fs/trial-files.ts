import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Clock, RunWriter, TrialFiles } from '../../core/job/ports.ts'
import { CTRF_FILE, EVENTS_FILE, OUTPUT_FILE, RECORD_FILE, RESULT_FILE } from '../read/layout.ts'
import { filesBelow } from '../read/files-below.ts'
import { readLinkedBelow, readTextBelow } from '../read/safe-read.ts'
import { writeFileAtomically } from '../write/atomic-file.ts'
import type { EventListener } from './event-log.ts'
import { extractArchive } from './extract.ts'
import { makeBelow, partsOf } from './paths.ts'
import { scrubDirectory } from './scrub-files.ts'
import type { Scrubber } from './scrub.ts'
import { readBytesBelow } from './stored-trial.ts'
import { createTrialStreams } from './trial-streams.ts'

export interface TrialFilesOptions {
  readonly jobDirectory: string
  readonly trialName: string
  /** Name of the trial's stream in the index. */
  readonly stream: string
  readonly clock: Clock
  readonly scrubber: Scrubber
  readonly index: RunWriter | null
  /** Told of each event of the trial once it is in its file. */
  readonly onEvent: EventListener
  /** Told when `tbcc.json` or `result.json` was written. */
  readonly onDocument: () => void
}

/** The files of a trial, and whether its streams are being written. */
export interface OpenTrialFiles extends TrialFiles {
  readonly isOpen: boolean
  /** Closes what is still open. */
  close(): Promise<void>
}

/** Never scrubbed afterwards: scores, and what was scrubbed as it was written and is pointed into. */
const KEPT_BY_SCRUB: ReadonlySet<string> = new Set([
  RESULT_FILE,
  CTRF_FILE,
  'verifier/reward.txt',
  'verifier/reward.json',
  EVENTS_FILE,
  OUTPUT_FILE,
])

/** Nothing is made on disk before it is written to. */
export function createTrialFiles(options: TrialFilesOptions): OpenTrialFiles {
  const { jobDirectory, trialName, scrubber } = options
  const directory = join(jobDirectory, trialName)

  async function pathFor(path: string): Promise<string> {
    const parts = partsOf(path)
    return join(await makeBelow(jobDirectory, [trialName, ...parts.slice(0, -1)]), parts.at(-1) ?? '')
  }

  const streams = createTrialStreams({ ...options, directory, pathFor })

  return {
    directory,
    uri: pathToFileURL(directory).href,
    get isOpen() {
      return streams.isOpen
    },
    async writeText(path, text) {
      await writeFileAtomically(await pathFor(path), scrubText(scrubber, path, text))
      if (path === RECORD_FILE || path === RESULT_FILE) options.onDocument()
    },
    writePieces: async (path, pieces) => writeFileAtomically(await pathFor(path), scrubPieces(scrubber, path, pieces)),
    list: async (folder) => filesBelow(directory, partsOf(folder)),
    readText: async (path, maxBytes) => readTextBelow(directory, partsOf(path), maxBytes),
    readLinked: async (path, maxBytes) => readLinkedBelow(directory, partsOf(path), maxBytes),
    readBytes: (path, fromByte) => readBytesBelow(directory, path, fromByte),
    async extract(archive, destination, limits) {
      const below = `${partsOf(destination).join('/')}/`
      const ownLogs = [...streams.ownLogs]
        .filter((path) => path.startsWith(below))
        .map((path) => path.slice(below.length))
      const reserved = new Set([...ownLogs, ...(limits.reserved ?? [])])
      return extractArchive(archive, await pathFor(destination), { ...limits, reserved })
    },
    async makeDirectory(path) {
      await makeBelow(jobDirectory, [trialName, ...partsOf(path)])
    },
    exists: async (path) =>
      lstat(join(directory, ...partsOf(path))).then(
        () => true,
        () => false,
      ),
    appendLog: (path) => streams.appendLog(partsOf(path).join('/')),
    openJournal: async () => streams.openJournal(),
    openOutput: async () => streams.openOutput(),
    redact: (text) => scrubber.text(text),
    scrub: async () => scrubDirectory(directory, scrubber, KEPT_BY_SCRUB),
    close: async () => streams.close(),
  }
}

async function* scrubPieces(scrubber: Scrubber, path: string, pieces: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const piece of pieces) yield scrubText(scrubber, path, piece)
}

/** JSON stays JSON: there only strings are looked into. */
export function scrubText(scrubber: Scrubber, path: string, text: string): string {
  return /\.jsonl?$/.test(path) ? scrubber.json(text) : scrubber.text(text)
}

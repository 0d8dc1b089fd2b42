import type { EventBody, JobEventBody, TrialEventBody } from '../../src/contract/events.ts'
import type { ContainerBackend } from '../../src/core/environment/backend.ts'
import type { EventSink, JobFiles, OutputLog, TrialFiles } from '../../src/core/job/ports.ts'

/*
 * The ports of a job in memory, where no part of a job's course depends on a disk or a container: for tests of the
 * scheduler under many courses.
 */

/** A job's folder; `onEvent` is told of each event of the job's own stream. */
interface MemoryJob {
  readonly files: JobFiles
  /** Of the job's stream, in order. */
  readonly events: readonly JobEventBody[]
  /** Trials that have a result now. */
  finished(): readonly string[]
}

export function createMemoryJob(onEvent: (event: JobEventBody) => void): MemoryJob {
  const texts = new Map<string, string>()
  const trials = new Map<string, Map<string, string>>()
  const replaced = new Map<string, number>()
  const events: JobEventBody[] = []
  const folder = (name: string): Map<string, string> => {
    const texts = trials.get(name) ?? new Map<string, string>()
    trials.set(name, texts)
    return texts
  }
  return {
    events,
    finished: () => [...trials].flatMap(([name, texts]) => (texts.has('result.json') ? [name] : [])),
    files: {
      directory: '/jobs/job',
      writeText: async (path, text) => void texts.set(path, text),
      readText: async (path) => texts.get(path) ?? null,
      redact: (text) => text,
      openJournal: async () =>
        sink<JobEventBody>((event) => {
          events.push(event)
          onEvent(event)
        }),
      trialNames: async () => [...trials.keys()],
      trial: (name) => memoryTrial(name, () => folder(name)),
      async replaceTrial(name) {
        const count = (replaced.get(name) ?? 0) + 1
        replaced.set(name, count)
        trials.delete(name)
        return `${name}.replaced-${count}.tar.gz`
      },
      readStopRequest: async () => null,
      replacedCounts: async () => replaced,
      release: async () => {},
    },
  }
}

function memoryTrial(name: string, texts: () => Map<string, string>): TrialFiles {
  return {
    directory: `/jobs/job/${name}`,
    uri: `file:///jobs/job/${name}`,
    writeText: async (path, text) => void texts().set(path, text),
    async writePieces(path, pieces) {
      let text = ''
      for await (const piece of pieces) text += piece
      texts().set(path, text)
    },
    list: async () => [],
    readText: async (path) => texts().get(path) ?? null,
    redact: (text) => text,
    readLinked: async () => null,
    extract: async () => ({ rootType: 'directory', files: 0, bytes: 0, skipped: [] }),
    async *readBytes() {},
    makeDirectory: async () => {},
    exists: async (path) => texts().has(path),
    appendLog: memoryOutput,
    openJournal: async () => sink<TrialEventBody>(() => {}),
    openOutput: async () => memoryOutput(),
    scrub: async () => {},
  }
}

/** Refuses what comes after its end, as a journal on disk does. */
function sink<Body extends EventBody>(onEvent: (event: Body) => void): EventSink<Body> {
  let closed = false
  return {
    append(body) {
      if (closed) throw new Error(`${body.type} was appended to a closed journal`)
      onEvent(body)
    },
    flush: async () => {},
    async close() {
      closed = true
    },
  }
}

function memoryOutput(): OutputLog {
  let size = 0
  const flush: OutputLog['flush'] = async () => ({ from: size, to: size, data: new Uint8Array() })
  return {
    async write(data) {
      size += data.length
      return { from: size - data.length, to: size, data }
    },
    flush,
    close: async () => {},
  }
}

/** Environments without anything in them; `running` counts those that were started and not stopped. */
export function createMemoryBackend(): ContainerBackend & { readonly running: () => number } {
  const containers = new Set<string>()
  const ended = { exitCode: 0, timedOut: false, cancelled: false, truncated: false, outputBytes: 0, durationMs: 0 }
  return {
    name: 'sandbox',
    running: () => containers.size,
    probe: async () => ({ available: false, reason: 'it is in memory', hint: '' }),
    refuse: async () => null,
    imageOf: async () => ({ name: 'memory', isBuilt: false }),
    ensureImage: async () => ({ name: 'memory', id: 'memory:1', source: 'host', sizeBytes: null, workdir: '/' }),
    async start({ name }) {
      containers.add(name)
      return {
        id: name,
        workdir: '/',
        enforcement: { limits: { cpus: null, memoryMb: null }, notEnforced: [] },
        exec: async () => ended,
        attachTerminal: async () => Promise.reject(new Error('there is no terminal in memory')),
        putArchive: async () => {},
        getArchive: async () => null,
        changes: async () => [],
        state: async () => ({ running: true, exitCode: null, oomKilled: false }),
        keep: async () => {},
        async stop() {
          containers.delete(name)
        },
      }
    },
    list: async () => [],
    remove: async () => {},
    hasImages: async () => new Map(),
    dispose: async () => {},
  }
}

import type { EngineStatus } from '../../contract/api/engine.ts'
import { createCoalescer } from '../../core/coalesce.ts'
import { toBackendChoice } from '../../core/settings/apply.ts'
import type { Settings } from '../../core/settings/ports.ts'
import { freeBytes } from '../../node/fs/disk-space.ts'
import type { Engine } from '../engine.ts'
import type { EngineParts } from '../parts.ts'
import { createBell, createListeners } from './listeners.ts'
import type { JobSignal, OwnJobs } from './own-jobs.ts'
import type { Area, ProceduresOf, TopicsOf } from './ports.ts'

export interface EngineApiDeps {
  readonly engine: Engine
  readonly parts: Pick<EngineParts, 'backends' | 'index' | 'jobsDir'>
  readonly own: OwnJobs
  readonly settings: Pick<Settings, 'get' | 'changes'>
  /** Own trials that run, and that wait. */
  readonly counts: () => { readonly running: number; readonly queued: number }
  readonly version: string
  readonly cwd: string
  /** UTC, as Timestamp. */
  readonly startedAt: string
}

/** How often the backend, the disk and the money spent are looked at again while somebody watches. */
const LOOK_MS = 10_000
/** Trials come and go in bursts. */
const COALESCE_MS = 250

type Looked = Pick<EngineStatus, 'backend' | 'backendReason' | 'spentTodayUsd' | 'freeBytes'>

export function createEngineApi(deps: EngineApiDeps): Area<ProceduresOf<'engine'>, TopicsOf<'engine'>> {
  const { engine, parts, own, settings } = deps
  const changed = createListeners<[]>()
  let looked: Looked = { backend: null, backendReason: null, spentTodayUsd: null, freeBytes: null }

  const looking = createCoalescer(async () => {
    looked = await look(parts, settings)
    changed.tell()
  })
  function status(): EngineStatus {
    const { running, queued } = deps.counts()
    return {
      version: deps.version,
      pid: process.pid,
      startedAt: deps.startedAt,
      jobsDir: parts.jobsDir,
      cwd: deps.cwd,
      ...looked,
      runningTrials: running,
      queuedTrials: queued,
    }
  }

  async function* follow(signal: AbortSignal): AsyncGenerator<EngineStatus> {
    const bell = createBell(signal)
    const stops = [changed.add(bell.ring), own.signals.add(onSignal)]
    function onSignal(told: JobSignal): void {
      // What it cost is no longer a running trial's, and at once part of the day's.
      if (told.kind === 'job' && told.event.type === 'trial.ended') looking.request()
      if (told.kind !== 'output') bell.ring()
    }
    const timer = setInterval(() => looking.request(), LOOK_MS)
    const ended = new AbortController()
    const watching = lookWithSettings(AbortSignal.any([signal, ended.signal]))
    try {
      for (let told = ''; !signal.aborted;) {
        const now = status()
        const text = JSON.stringify(now)
        if (text !== told) yield now
        told = text
        await bell.wait(null)
        const pause = createBell(signal)
        await pause.wait(COALESCE_MS)
        pause.close()
      }
    } finally {
      clearInterval(timer)
      ended.abort()
      await watching
      for (const stop of stops) stop()
      bell.close()
    }
  }

  /** At once, and whenever they say something else. */
  async function lookWithSettings(signal: AbortSignal): Promise<void> {
    for await (const _state of settings.changes(signal)) looking.request()
  }

  return {
    handlers: {
      async 'engine.status'() {
        looking.request()
        await looking.settle()
        return status()
      },
      async 'engine.examine'({ path }) {
        const { backends, chosen, jobsDir, toolchains, images, leftovers } = await engine.examine(path)
        return {
          backends: backends.map(({ name, probe }) => ({ name, probe: toWire(probe) })),
          chosen: chosen === null ? null : { ...chosen },
          jobsDir: { ...jobsDir },
          toolchains: { ...toolchains },
          images: [...images],
          leftovers,
        }
      },
      async 'engine.clean'({ kept }) {
        const { removed, left, toolchains } = await engine.clean({ kept })
        return {
          removed: removed.map((one) => ({ ...one })),
          left,
          toolchains: { ...toolchains, removed: toolchains.removed.map((one) => ({ ...one })) },
        }
      },
      'engine.reindex': async () => engine.reindex(),
      async 'engine.images'({ backend, names }) {
        const found = await parts.backends.get(backend).hasImages(names)
        return names.map((name) => ({ name, present: false, sizeBytes: null, ...found.get(name) }))
      },
    },
    sources: { 'engine.status': (_params, { signal }) => follow(signal) },
  }
}

type Probe = Awaited<ReturnType<Engine['examine']>>['backends'][number]['probe']

function toWire(probe: Probe) {
  return probe.available ? { ...probe, capabilities: { ...probe.capabilities } } : probe
}

/** Never fails: what cannot be told is null, or said in words. */
async function look(
  { backends, index, jobsDir }: EngineApiDeps['parts'],
  settings: EngineApiDeps['settings'],
): Promise<Looked> {
  const [chosen, spentTodayUsd, free] = await Promise.all([
    backends
      .choose(toBackendChoice(settings))
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error))),
    index.spentUsd(localMidnight(new Date())).catch(() => null),
    freeBytes(jobsDir).catch(() => null),
  ])
  if (typeof chosen === 'string') return { backend: null, backendReason: chosen, spentTodayUsd, freeBytes: free }
  const { version, endpoint } = chosen.probe
  const backend = { name: chosen.backend.name, version, endpoint }
  return { backend, backendReason: chosen.reason, spentTodayUsd, freeBytes: free }
}

function localMidnight(now: Date): string {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate())
  return midnight.toISOString().replace('Z', '000Z')
}

import { z } from 'zod'
import { BackendName, ImageState, Nothing } from './common.ts'
import { procedure, topic } from './define.ts'

/** What the status bar says. */
export const EngineStatus = z.object({
  version: z.string(),
  pid: z.number().int(),
  startedAt: z.string(),
  /** Absolute. */
  jobsDir: z.string(),
  cwd: z.string(),
  /**
   * Where new jobs run: what the settings choose, for `auto` what that takes now; null: nowhere, and `backendReason` says why.
   * Both null while it is still looked for.
   */
  backend: z.object({ name: BackendName, version: z.string(), endpoint: z.string() }).nullable(),
  backendReason: z.string().nullable(),
  /** Trials of this engine's own jobs. */
  runningTrials: z.number().int(),
  queuedTrials: z.number().int(),
  /** Of trials that started since local midnight; null: none was measured. */
  spentTodayUsd: z.number().nullable(),
  freeBytes: z.number().nullable(),
})
export type EngineStatus = Readonly<z.infer<typeof EngineStatus>>

const Probe = z.discriminatedUnion('available', [
  z.object({
    available: z.literal(true),
    version: z.string(),
    endpoint: z.string(),
    capabilities: z.record(z.string(), z.union([z.boolean(), z.number(), z.string(), z.null()])),
  }),
  z.object({ available: z.literal(false), reason: z.string(), hint: z.string() }),
])

export const engineProcedures = {
  'engine.status': procedure(Nothing, EngineStatus),
  /** As `tbcc doctor`: each backend, disk, images of a dataset. `path` null: the default tasks. */
  'engine.examine': procedure(
    z.object({ path: z.string().nullable() }),
    z.object({
      backends: z.array(z.object({ name: BackendName, probe: Probe })),
      chosen: z.object({ name: BackendName, reason: z.string() }).nullable(),
      jobsDir: z.object({ path: z.string(), freeBytes: z.number().nullable(), writable: z.boolean() }),
      /** Programs of agents that were prepared on this machine and are kept for later. */
      toolchains: z.object({ path: z.string(), count: z.number().int(), bytes: z.number() }),
      images: z.array(ImageState),
      leftovers: z.number().int(),
    }),
  ),
  'engine.clean': procedure(
    z.object({ kept: z.boolean() }),
    z.object({
      removed: z.array(z.object({ backend: BackendName, id: z.string(), name: z.string() })),
      left: z.number().int(),
      /** Prepared programs that were not used for long, and what dead processes had begun; `left`: old, but in use. */
      toolchains: z.object({
        removed: z.array(z.object({ name: z.string(), bytes: z.number(), lastUsedAt: z.string() })),
        halfMade: z.number().int(),
        freedBytes: z.number(),
        left: z.number().int(),
      }),
    }),
  ),
  'engine.reindex': procedure(Nothing, z.object({ jobs: z.number(), trials: z.number(), events: z.number() })),
  'engine.images': procedure(
    z.object({ backend: BackendName, names: z.array(z.string()).max(1000) }),
    z.array(ImageState),
  ),
} as const

export const engineTopics = {
  /** The whole status at once, then with each change. */
  'engine.status': topic(Nothing, EngineStatus),
} as const

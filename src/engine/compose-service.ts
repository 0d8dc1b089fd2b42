import type { Handlers, Sources } from '../contract/api/api.ts'
import type { SecretCipher } from '../core/settings/ports.ts'
import { toJobDefaults } from '../core/settings/apply.ts'
import { createOwnerId } from '../node/host/owner.ts'
import { createEngineApi } from './api/engine.ts'
import { createForeignTimeouts } from './api/foreign-timeouts.ts'
import { createForeignWatch } from './api/foreign-watch.ts'
import { createJobChanges } from './api/job-changes.ts'
import { createJobSummaries } from './api/job-summaries.ts'
import { createJobsApi } from './api/jobs.ts'
import { jobFolder } from './api/job-folder.ts'
import { createLiveTrials } from './api/live-trials.ts'
import { createOwnJobs, type OwnJobs } from './api/own-jobs.ts'
import { createSettingsApi } from './api/settings.ts'
import { createStatsApi } from './api/stats.ts'
import { readTaskDigests } from './api/task-digests.ts'
import { createTasksApi } from './api/tasks.ts'
import { createTerminalApi } from './api/terminals.ts'
import { createTrialsApi } from './api/trials.ts'
import { assembleEngine } from './assemble.ts'
import type { EngineConfig } from './engine.ts'
import { createEngineParts } from './parts.ts'
import { openSettingsHome } from './settings-home.ts'

export interface ServiceConfig {
  /** Absolute. */
  readonly jobsDir: string
  /** The start named it, whatever is set: the settings say so. */
  readonly jobsDirIsNamed?: boolean
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** Absolute: where settings and secrets are kept. */
  readonly settingsDir: string
  readonly safeStorage?: SecretCipher
}

/** A service that is put together. */
export interface ComposedService {
  readonly handlers: Handlers
  readonly sources: Sources
  readonly own: OwnJobs
  dispose(): Promise<void>
}

/** Opens settings and keys, and wires the areas of the contract to one engine. */
export async function composeService(config: ServiceConfig): Promise<ComposedService> {
  const { env, settingsDir, cwd, version, safeStorage } = config
  const home = await openSettingsHome({ settingsDir, cwd, env, safeStorage })
  const { settings, secrets } = home
  const engineConfig: EngineConfig = { jobsDir: config.jobsDir, cwd, env, version, ...home.engine }
  const parts = createEngineParts(engineConfig)
  const engine = assembleEngine(engineConfig, parts)
  const { index, jobsDir, clock } = parts
  // What cannot be removed now is removed at the next start.
  home.tidy(jobsDir).catch(() => 0)
  parts.backgroundSweep.begin()
  const own = createOwnJobs(engine)
  const live = createLiveTrials(own, index, createForeignTimeouts(jobsDir))
  const foreign = createForeignWatch(async () => index.look())
  const summaries = createJobSummaries({ jobsDir, index, own, now: Date.now })
  const changes = createJobChanges({ summaries, own, watchForeign: foreign.watch })
  const shared = { engine, parts, own, live, changes, watchForeign: foreign.watch }
  const terminals = createTerminalApi({
    prepare: parts.prepareDeps,
    owner: createOwnerId,
    defaults: () => toJobDefaults(settings),
  })
  const stopTerminals = own.signals.add((told) => terminals.onSignal(told))
  const startedAt = clock.timestamp()
  const areas = [
    createEngineApi({ ...shared, settings, counts: live.counts, version, cwd, startedAt }),
    createTasksApi({ engine, backends: parts.backends, settings: home.store, cwd }),
    createJobsApi({ ...shared, summaries, env: () => parts.prepareDeps.env }),
    createTrialsApi(shared),
    createStatsApi({ index, taskDigests: (jobName) => readTaskDigests(jobFolder(jobsDir, jobName)) }),
    createSettingsApi({ settings, secrets, namedJobsDir: config.jobsDirIsNamed === true ? jobsDir : null }),
    terminals,
  ] as const
  const [e, t, j, r, s, p, m] = areas
  return {
    handlers: {
      ...e.handlers,
      ...t.handlers,
      ...j.handlers,
      ...r.handlers,
      ...s.handlers,
      ...p.handlers,
      ...m.handlers,
    },
    sources: { ...e.sources, ...j.sources, ...r.sources, ...p.sources, ...m.sources },
    own,
    async dispose() {
      await own.stopAll({ force: true })
      foreign.dispose()
      stopTerminals()
      live.dispose()
      await terminals.dispose()
      home.dispose()
      await engine.dispose()
    },
  }
}

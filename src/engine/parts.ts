import { join, resolve } from 'node:path'
import type { HostTree } from '../core/agent/host.ts'
import type { Clock } from '../core/job/ports.ts'
import { createAcpRegistry } from '../node/acp-registry/acp-registry.ts'
import { createClock } from '../node/clock.ts'
import { createHostCredentials } from '../node/credentials/host-credentials.ts'
import { createHostTree } from '../node/host/host-tree.ts'
import { createOwnerId } from '../node/host/owner.ts'
import { loadListPrices } from '../node/prices/list-prices.ts'
import { createToolchains, type HostToolchains } from '../node/toolchains/toolchains.ts'
import { isJobLocked } from '../node/fs/job-lock.ts'
import { createIndexStore, type IndexStore } from '../node/sqlite/sqlite-store.ts'
import { createBackgroundSweep, type BackgroundSweep } from './background-sweep.ts'
import { createBackends, type Backends } from './backends.ts'
import type { EngineConfig } from './engine.ts'
import { createFinder, type Finder } from './find.ts'
import type { PrepareDeps } from './prepare.ts'
import { createRunner } from './runner.ts'

/** The adapters of one engine, each made when it is first needed. */
export interface EngineParts {
  readonly jobsDir: string
  readonly clock: Clock
  readonly backends: Backends
  readonly backgroundSweep: BackgroundSweep
  readonly host: HostTree
  readonly index: IndexStore
  readonly toolchains: HostToolchains
  readonly finder: Finder
  readonly runner: ReturnType<typeof createRunner>
  readonly prepareDeps: PrepareDeps
}

/** `config.env` is looked at each time that it is needed: keys may be added while the engine runs. */
export function createEngineParts(config: EngineConfig): EngineParts {
  const jobsDir = resolve(config.cwd, config.jobsDir)
  const clock = createClock()
  const backends = createBackends(config.backendEnv ?? config.env)
  const backgroundSweep = createBackgroundSweep(backends)
  const host = createHostTree()
  const index = createIndexStore(jobsDir, { isHeld: async (jobName) => isJobLocked(join(jobsDir, jobName)) })
  const toolchains = createToolchains({ env: config.env })
  const shared = { jobsDir, backends, host }
  return {
    ...shared,
    backgroundSweep,
    clock,
    index,
    toolchains,
    finder: createFinder(jobsDir, config.cwd, index),
    runner: createRunner({
      ...shared,
      backgroundSweep,
      clock,
      index,
      owner: createOwnerId,
      ...(config.secrets === undefined ? {} : { secrets: config.secrets }),
      ...(config.logs === undefined ? {} : { logs: config.logs }),
      get env() {
        return jobEnv(config)
      },
    }),
    prepareDeps: {
      ...shared,
      credentials: createHostCredentials({ env: config.env }),
      toolchains,
      acpRegistry: createAcpRegistry({ env: config.env, cwd: config.cwd }),
      prices: loadListPrices,
      cwd: config.cwd,
      get env() {
        return jobEnv(config)
      },
    },
  }
}

/** The store names no key that the environment has. */
function jobEnv({ env, secrets }: EngineConfig): EngineConfig['env'] {
  return secrets === undefined ? env : { ...env, ...secrets() }
}

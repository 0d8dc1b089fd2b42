import { AppError } from '../contract/errors.ts'
import { convertStored } from './convert.ts'
import { describeJob } from './describe.ts'
import type { CleanReport, Engine, EngineConfig, PreparedJob } from './engine.ts'
import { examine } from './examine.ts'
import { listTasks } from './list-tasks.ts'
import { sweep } from './owner-sweep.ts'
import { createEngineParts, type EngineParts } from './parts.ts'
import { settleJob, type SettledJob } from './prepare.ts'
import { settleResume, type SettledResume } from './resume.ts'

/** The composition root: works with the given adapters, or its own, and disposes of them. */
export function assembleEngine(config: EngineConfig, parts: EngineParts = createEngineParts(config)): Engine {
  const { jobsDir, backends, index, finder, runner, toolchains, prepareDeps: deps } = parts
  const prepared = new WeakMap<PreparedJob, { readonly job: SettledJob; readonly resume: SettledResume | null }>()

  async function register(job: SettledJob, resume: SettledResume | null): Promise<PreparedJob> {
    const { finishedTrials = 0, missingSecrets = [] } = resume ?? {}
    const described = await describeJob(job, deps.env, { finishedTrials, missingSecrets })
    prepared.set(described, { job, resume })
    return described
  }

  return {
    listTasks: async (path, options) => listTasks(path, options, config),
    prepare: async (request) => register(await settleJob(request, deps), null),
    async prepareResume(target, options) {
      const resume = await settleResume(await finder.jobName(target), options, deps)
      return register(resume.job, resume)
    },
    async run(job, observer, signals) {
      const settled = prepared.get(job)
      if (settled === undefined) throw new AppError('invalid-input', 'the job was not prepared by this engine')
      return runner.run(settled.job, settled.resume, observer, signals)
    },
    listJobs: async () => index.listJobs(),
    find: finder.find,
    events: finder.events,
    output: finder.output,
    async examine(path, backend = 'auto') {
      const listing = listTasks(path, { recursive: false }, config)
      // Only what was named must be there.
      const dataset = await (path === null ? listing.catch(() => null) : listing)
      return examine({ backends, jobsDir, toolchains: toolchains.cache }, dataset, backend)
    },
    async clean(options): Promise<CleanReport> {
      const available = (await backends.probeAll()).filter(({ probe }) => probe.available)
      const reports = await Promise.all(available.map(async ({ name }) => sweep(backends.get(name), options)))
      return {
        removed: reports.flatMap(({ removed }) => removed),
        left: reports.reduce((sum, { left }) => sum + left, 0),
        toolchains: await toolchains.cache.clean(),
      }
    },
    convert: async (target) => convertStored(await finder.find(target)),
    reindex: async () => index.rebuild(),
    async dispose() {
      parts.backgroundSweep.dispose()
      await Promise.all([backends.dispose(), index.close(), toolchains.dispose()])
    },
  }
}

import type { Engine, EngineConfig } from './engine.ts'
import { listTasks } from './list-tasks.ts'

export type * from './engine.ts'

/**
 * Makes an engine. Listing tasks needs no backend, no index and no journal, and starts without them; all else is
 * assembled with the first call that needs it.
 */
export function createEngine(config: EngineConfig): Engine {
  let assembled: Promise<Engine> | null = null
  const whole = async (): Promise<Engine> =>
    (assembled ??= import('./assemble.ts').then(({ assembleEngine }) => assembleEngine(config)))

  return {
    listTasks: async (path, options) => listTasks(path, options, config),
    prepare: async (request) => (await whole()).prepare(request),
    prepareResume: async (job, options) => (await whole()).prepareResume(job, options),
    run: async (job, observer, signals) => (await whole()).run(job, observer, signals),
    listJobs: async () => (await whole()).listJobs(),
    find: async (target) => (await whole()).find(target),
    async *events(stream, options) {
      yield* (await whole()).events(stream, options)
    },
    async *output(stream, options) {
      yield* (await whole()).output(stream, options)
    },
    examine: async (path, backend) => (await whole()).examine(path, backend),
    clean: async (options) => (await whole()).clean(options),
    convert: async (target) => (await whole()).convert(target),
    reindex: async () => (await whole()).reindex(),
    async dispose() {
      await (await assembled)?.dispose()
    },
  }
}

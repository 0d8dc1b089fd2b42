import {
  procedures,
  topics,
  type Handlers,
  type ProcedureName,
  type Sources,
  type TopicName,
} from '../contract/api/api.ts'
import { AppError } from '../contract/errors.ts'
import type { OwnJobs } from './api/own-jobs.ts'
import { composeService, type ComposedService, type ServiceConfig } from './compose-service.ts'

export type { SecretCipher } from '../core/settings/ports.ts'
export type { ServiceConfig } from './compose-service.ts'

/** The engine as the screens see it: a handler for every procedure and a source for every topic. */
export interface Service {
  readonly handlers: Handlers
  readonly sources: Sources
  /** Names of the jobs that this service runs now. */
  runningJobs(): readonly string[]
  /**
   * Ends all own jobs, for good: none is started from now on. Waits for them; with `force` nothing is waited for that
   * cannot be had at once.
   */
  stopAll(options: { readonly force: boolean }): Promise<void>
  /** Ends what runs, lets go of everything. Can be called twice. */
  dispose(): Promise<void>
}

/** Makes the service of one jobs folder. Nothing is opened before it is asked for. */
export function createService(config: ServiceConfig): Service {
  let composed: Promise<ComposedService> | null = null
  let own: OwnJobs | null = null
  let isEnded = false
  let disposed: Promise<void> | null = null
  const whole = async (): Promise<ComposedService> => {
    if (isEnded) throw new AppError('unsupported', 'the engine was ended')
    composed ??= composeService(config)
    const service = await composed
    own = service.own
    return service
  }
  return {
    handlers: lazyHandlers(async () => (await whole()).handlers),
    sources: lazySources(async () => (await whole()).sources),
    runningJobs: () => own?.names() ?? [],
    async stopAll(options) {
      // Where nothing was opened yet, nothing is any more: it could start a job.
      isEnded ||= composed === null
      await (await composed)?.own.stopAll(options)
    },
    async dispose() {
      isEnded = true
      disposed ??= composed?.then(async (service) => service.dispose()) ?? Promise.resolve()
      await disposed
    },
  }
}

type AnyHandler = (input: unknown, context: { readonly signal: AbortSignal }) => Promise<unknown>
type AnySource = (params: unknown, context: { readonly signal: AbortSignal }) => AsyncIterable<unknown>

/* oxlint-disable typescript/no-unsafe-type-assertion -- each name is handed on to the same name of the same table */

function lazyHandlers(handlers: () => Promise<Handlers>): Handlers {
  const lazy = (name: ProcedureName): AnyHandler => {
    return async (input, context) => ((await handlers())[name] as AnyHandler)(input, context)
  }
  return Object.fromEntries(procedureNames.map((name) => [name, lazy(name)])) as Handlers
}

function lazySources(sources: () => Promise<Sources>): Sources {
  const lazy = (name: TopicName): AnySource =>
    async function* (params, context) {
      yield* ((await sources())[name] as AnySource)(params, context)
    }
  return Object.fromEntries(topicNames.map((name) => [name, lazy(name)])) as Sources
}

const procedureNames = Object.keys(procedures) as readonly ProcedureName[]
const topicNames = Object.keys(topics) as readonly TopicName[]

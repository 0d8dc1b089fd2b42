import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { OpenEnvironment } from '../../contract/api/terminals.ts'
import { AppError, toAppError } from '../../contract/errors.ts'
import { JobConfig, type JobConfigInput } from '../../contract/harbor/job-config.ts'
import type { BackendName, Container, OwnerId } from '../../core/environment/backend.ts'
import { furnish } from '../../core/job/environment-phase.ts'
import { loadTask } from '../../node/fs/task-directory.ts'
import { settleJob, type PrepareDeps, type SettledJob } from '../prepare.ts'
import type { Environments } from './environments.ts'

export interface ExploreDeps {
  readonly prepare: PrepareDeps
  readonly owner: () => Promise<OwnerId>
  /** What new jobs start from, so that an environment is as a trial's would be. */
  readonly defaults: () => JobConfigInput
  readonly environments: Environments
}

/** Starts environments of tasks without an agent, and removes them. */
export interface Explorer {
  /** Returns once the task is known to be one; what follows is told through the list. Its id. */
  start(directory: string, backend: BackendName | 'auto'): Promise<string>
  /** Ends its start, or removes it. Codes: not-found, and invalid-input for a trial's. */
  stop(environmentId: string): Promise<void>
  dispose(): Promise<void>
}

interface Exploration {
  readonly cancel: AbortController
  /** The container, or null where none came to be; never rejects. */
  readonly started: Promise<Container | null>
}

export function createExplorer({ prepare, owner, defaults, environments }: ExploreDeps): Explorer {
  const running = new Map<string, Exploration>()

  async function bring(id: string, job: SettledJob, signal: AbortSignal): Promise<Container | null> {
    const show = (changes: Partial<OpenEnvironment>, container: Container | null = null): void => {
      const before = environments.get(id)?.info ?? toInfo(id, job)
      environments.put({ info: { ...before, ...changes }, container, assist: null, timeouts: null })
    }
    show({})
    try {
      const container = await startEnvironment(id, job, await owner(), { prepare, show, signal })
      show({ state: 'running', message: null, containerId: container.id }, container)
      return container
    } catch (error) {
      if (!signal.aborted) show({ state: 'failed', message: toAppError(error).message })
      return null
    }
  }

  async function stop(environmentId: string): Promise<void> {
    const exploration = running.get(environmentId)
    if (exploration === undefined) throw noExploration(environmentId, environments)
    exploration.cancel.abort()
    const container = await exploration.started
    environments.remove(environmentId)
    await container?.stop()
    running.delete(environmentId)
  }

  return {
    async start(directory, backend) {
      const id = randomUUID()
      const path = resolve(prepare.cwd, directory)
      const config = explorationConfig(path, id, defaults())
      const job = await settleJob({ config, backend }, { ...prepare, env: await stripped(path) })
      refuse(job)
      const cancel = new AbortController()
      running.set(id, { cancel, started: bring(id, job, cancel.signal) })
      return id
    },
    stop,
    async dispose() {
      await Promise.allSettled([...running.keys()].map(stop))
    },
  }
}

/** A job of one task that is never run: it says what the environment is to be. */
function explorationConfig(directory: string, id: string, defaults: JobConfigInput): JobConfig {
  const { environment, timeout_multiplier } = defaults
  return JobConfig.parse({
    environment,
    timeout_multiplier,
    job_name: `explore-${id}`,
    agents: [{ name: 'nop' }],
    tasks: [{ path: directory }],
  })
}

/**
 * The host's variables as an environment to explore gets them: those that the task reads are there, and empty. Nobody was
 * asked whether it may have them, as before a job.
 */
async function stripped(directory: string): Promise<Readonly<Record<string, string>>> {
  const entry = await loadTask(directory)
  const read = entry.valid ? entry.task.hostVariables : []
  return Object.fromEntries(read.flatMap(({ name, hasDefault }) => (hasDefault ? [] : [[name, '']])))
}

function refuse({ plans, chosen }: SettledJob): void {
  const plan = plans[0]
  if (plan === undefined) throw new AppError('internal', 'the task has no plan')
  // `unsupported` is what its agent could not use; there is none here.
  if (plan.refusal !== null && plan.refusal.code !== 'unsupported') throw plan.refusal
  if (plan.task.unsupported.length > 0) {
    const reasons = plan.task.unsupported.join('; ')
    throw new AppError('unsupported', `${plan.task.name} cannot be started on ${chosen.backend.name}: ${reasons}`)
  }
}

async function startEnvironment(
  id: string,
  { plans, chosen }: SettledJob,
  owner: OwnerId,
  {
    prepare,
    show,
    signal,
  }: { prepare: PrepareDeps; show: (changes: Partial<OpenEnvironment>) => void; signal: AbortSignal },
): Promise<Container> {
  const plan = plans[0]
  if (plan === undefined) throw new AppError('internal', 'the task has no plan')
  const { environment: spec } = plan
  const refusal = await chosen.backend.refuse(spec)
  if (refusal !== null) throw new AppError('unsupported', refusal)
  const image = await chosen.backend.ensureImage(spec, ({ text }) => show({ message: text }), signal)
  show({ image: image.name, message: 'starting' })
  const labels = { jobId: id, trialId: id, owner }
  const container = await chosen.backend.start({ spec, image, name: `explore-${id}`, labels }, signal)
  try {
    await furnish(container, plan, prepare.host)
    return container
  } catch (error) {
    await container.stop()
    throw error
  }
}

function toInfo(environmentId: string, { plans, chosen }: SettledJob): OpenEnvironment {
  return {
    environmentId,
    backend: chosen.backend.name,
    containerId: null,
    image: plans[0]?.environment.image ?? null,
    taskName: plans[0]?.task.name ?? '',
    trial: null,
    assisted: false,
    state: 'starting',
    message: 'making the image ready',
    endsAt: null,
  }
}

function noExploration(environmentId: string, environments: Environments): AppError {
  if (environments.get(environmentId) === undefined) return new AppError('not-found', 'there is no such environment')
  return new AppError('invalid-input', 'that environment belongs to a trial', {
    details: { hint: 'stop its job instead' },
  })
}

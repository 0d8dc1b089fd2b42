import { randomBytes } from 'node:crypto'
import type Docker from 'dockerode'
import * as z from 'zod'
import { AppError } from '../../contract/errors.ts'
import type { Container, StartRequest } from '../../core/environment/backend.ts'
import { throwIfCancelled } from '../cancelled.ts'
import { putArchive } from './archive.ts'
import { CA_DIRECTORY, readCaBundle, toCaArchive } from './ca-bundle.ts'
import { createContainer, type StartedContainer } from './container.ts'
import { endWithin } from './container-state.ts'
import { toCreateBody } from './create-options.ts'
import { answered, LOOKUP_MS, WORK_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { createFrameSplitter } from './frames.ts'
import { nameHost } from './host-gateway.ts'
import { postJson } from './http-call.ts'
import { toContainerName } from './labels.ts'
import { removeContainer } from './remove.ts'
import { listVolumes } from './volume-changes.ts'
import { engineMessage, statusOf, toEngineError } from './translate.ts'

/** An entrypoint of the image that does not hand over to the command ends at once; so long it is watched. */
const ENTRYPOINT_MS = 300
const LOG_LINES = 40

/**
 * Creates and starts a container. Whatever happens after its creation, it is either handed out or removed; creation
 * itself is not interrupted, because nobody could tell then whether there is something to remove.
 */
export async function startContainer(engine: Engine, request: StartRequest, signal: AbortSignal): Promise<Container> {
  try {
    throwIfCancelled(signal)
    const bundle = request.spec.options.caBundle === null ? null : await readCaBundle(request.spec.options.caBundle)
    const created = await create(engine, request)
    try {
      if (bundle !== null) await putArchive(engine, created.id, CA_DIRECTORY, toCaArchive(bundle))
      throwIfCancelled(signal)
      await answered(
        WORK_MS,
        async (abortSignal) => {
          await created.handle.start({ abortSignal })
        },
        signal,
      )
      const workdir = await settle(engine, created.handle)
      const started = { ...toStarted(request, created), workdir }
      if (wantsHostName(request, engine)) await nameHost({ engine, containerId: created.id, ...started })
      throwIfCancelled(signal)
      const volumes = request.spec.options.hardening.readOnlyRoot ? await listVolumes(engine, created.id) : null
      return createContainer(engine, { ...started, volumes })
    } catch (error) {
      await removeContainer(engine, created.id).catch(() => undefined)
      throw error
    }
  } catch (error) {
    throw startError(error)
  }
}

interface Created {
  readonly id: string
  readonly name: string
  readonly handle: Docker.Container
  /** Limits that the engine says it ignores. */
  readonly warnings: readonly string[]
}

const createAnswer = z.looseObject({ Id: z.string(), Warnings: z.array(z.string()).nullish() })

/** The trial's name, and something random behind it where an engine already knows it. */
async function create(engine: Engine, request: StartRequest): Promise<Created> {
  const body = toCreateBody(request, { ...engine.connection, isPodman: engine.version.isPodman })
  const wanted = toContainerName(request.name)
  try {
    return await createAs(engine, wanted, body)
  } catch (error) {
    if (!isNameTaken(error)) throw error
    return createAs(engine, `${wanted}-${randomBytes(3).toString('hex')}`, body)
  }
}

/** dockerode would put the whole body, environment included, into the URL, and keep the warnings to itself. */
async function createAs(engine: Engine, name: string, body: Docker.ContainerCreateOptions): Promise<Created> {
  const told = await postJson(engine, `/containers/create?name=${encodeURIComponent(name)}`, body)
  const { Id: id, Warnings: warnings } = createAnswer.parse(told)
  return { id, name, handle: engine.docker.getContainer(id), warnings: warnings ?? [] }
}

/** Docker answers 409, Podman 500 or 409. */
function isNameTaken(error: unknown): boolean {
  return statusOf(error) !== null && /name .* (?:is )?already in use/i.test(engineMessage(error))
}

/** Sees the container live, and where the image has an entrypoint of its own, live on; its working directory. */
async function settle(engine: Engine, handle: Docker.Container): Promise<string> {
  const { State, Config } = await answered(LOOKUP_MS, async (abortSignal) => handle.inspect({ abortSignal }))
  const hasEntrypoint = (Config.Entrypoint ?? []).length > 0
  if (!State.Running || (hasEntrypoint && (await endWithin(engine, handle.id, ENTRYPOINT_MS)) !== null)) {
    throw await startedInVain(handle)
  }
  return Config.WorkingDir === '' ? '/' : Config.WorkingDir
}

async function startedInVain(handle: Docker.Container): Promise<AppError> {
  const { State } = await answered(LOOKUP_MS, async (abortSignal) => handle.inspect({ abortSignal }))
  const log = await lastLines(handle)
  const why = State.OOMKilled ? 'it ran out of memory' : `it ended with exit code ${State.ExitCode}`
  return new AppError('environment-start-failed', `The environment did not stay up: ${why}.`, {
    details: {
      hint: "Look at the image's ENTRYPOINT: it must run the command that it is given.",
      log,
      exitCode: State.ExitCode,
      oomKilled: State.OOMKilled,
    },
  })
}

async function lastLines(handle: Docker.Container): Promise<string> {
  const options = { follow: false, stdout: true, stderr: true, tail: LOG_LINES } as const
  const frames = await answered(LOOKUP_MS, async (abortSignal) => handle.logs({ ...options, abortSignal }))
  const pieces = [...createFrameSplitter()(frames)].map(({ data }) => Buffer.from(data))
  return Buffer.concat(pieces).toString('utf8').trim()
}

/** The warnings are what an engine tells only in passing: that it has no means for a limit. */
function toStarted(
  { spec }: StartRequest,
  { id, name, warnings }: Created,
): Omit<StartedContainer, 'workdir' | 'volumes'> {
  const { dropCapabilities } = spec.options.hardening
  return {
    id,
    name,
    enforcement: { limits: { cpus: spec.cpus, memoryMb: spec.memoryMb }, notEnforced: warnings },
    rootMaySignal: !dropCapabilities.some((capability) => /^(?:ALL|(?:CAP_)?KILL)$/i.test(capability)),
  }
}

/** Docker is told at the creation. */
function wantsHostName({ spec }: StartRequest, engine: Engine): boolean {
  return spec.options.hostGateway && spec.network !== 'no-network' && engine.version.isPodman
}

function startError(error: unknown): AppError {
  const doing = 'start the environment'
  return toEngineError(error, { doing, code: 'environment-start-failed', unreachable: 'backend-unavailable' })
}

import { randomBytes } from 'node:crypto'
import type Docker from 'dockerode'
import * as z from 'zod'
import type { AppError } from '../../contract/errors.ts'
import type { Container, StartRequest } from '../../core/environment/backend.ts'
import { throwIfCancelled } from '../cancelled.ts'
import { putArchive } from './archive.ts'
import { CA_DIRECTORY, readCaBundle, toCaArchive } from './ca-bundle.ts'
import { createContainer, type StartedContainer } from './container.ts'
import { toCreateBody } from './create-options.ts'
import { answered, WORK_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { nameHost } from './host-gateway.ts'
import { postJson } from './http-call.ts'
import { toContainerName } from './labels.ts'
import { wantedPlatform } from './platform.ts'
import { removeContainer } from './remove.ts'
import { settle } from './settle.ts'
import { listVolumes, reachListed } from './volume-changes.ts'
import { engineMessage, statusOf, toEngineError } from './translate.ts'

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
      const known = toStarted(request, created)
      const host = { engine, containerId: created.id, rootMaySignal: known.rootMaySignal }
      const started = { ...known, workdir: await settle(host, signal) }
      if (wantsHostName(request, engine)) await nameHost(host)
      throwIfCancelled(signal)
      const volumes = hasVolumes(request) ? await listVolumes(engine, created.id) : null
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
  const platform = wantedPlatform(engine)
  const query = new URLSearchParams({ name, ...(platform === null ? {} : { platform }) })
  const told = await postJson(engine, `/containers/create?${query.toString()}`, body)
  const { Id: id, Warnings: warnings } = createAnswer.parse(told)
  return { id, name, handle: engine.docker.getContainer(id), warnings: warnings ?? [] }
}

/** Docker answers 409, Podman 500 or 409. */
function isNameTaken(error: unknown): boolean {
  return statusOf(error) !== null && /name .* (?:is )?already in use/i.test(engineMessage(error))
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

/** Whether what changes in the verifier's places is to be found out by looking. */
function hasVolumes({ spec, image }: StartRequest): boolean {
  return spec.options.hardening.readOnlyRoot || reachListed(image.volumes ?? [])
}

/** Docker is told at the creation. */
function wantsHostName({ spec }: StartRequest, engine: Engine): boolean {
  return spec.options.hostGateway && spec.network !== 'no-network' && engine.version.isPodman
}

function startError(error: unknown): AppError {
  const doing = 'start the environment'
  return toEngineError(error, { doing, code: 'environment-start-failed', unreachable: 'backend-unavailable' })
}

import * as z from 'zod'
import type { EnvironmentSpec, ImageInfo, ImageProgress } from '../../core/environment/backend.ts'
import { AppError } from '../../contract/errors.ts'
import { createSharedWork } from '../shared-work.ts'
import { buildImage } from './build.ts'
import type { Engine } from './engine.ts'
import { getJson } from './http-call.ts'
import { pullImage } from './pull.ts'
import { statusOf, toEngineError } from './translate.ts'

const LOOKUPS_AT_ONCE = 8

export interface Images {
  ensure(
    engine: Engine,
    spec: EnvironmentSpec,
    onProgress: (progress: ImageProgress) => void,
    signal: AbortSignal,
  ): Promise<ImageInfo>
  present(engine: Engine, names: readonly string[]): Promise<Map<string, ImagePresence>>
  dispose(): void
}

export interface ImagePresence {
  readonly present: boolean
  readonly sizeBytes: number | null
}

export function createImages(): Images {
  const shared = createSharedWork<ImageProgress, ImageInfo>()
  return {
    async ensure(engine, spec, onProgress, signal) {
      const { key, name, source, make } = plan(engine, spec)
      const work = async (report: (progress: ImageProgress) => void, workSignal: AbortSignal): Promise<ImageInfo> => {
        const found = spec.forceBuild && source === 'built' ? null : await inspect(engine, name)
        if (found !== null) return { ...found, source: 'present' }
        await make(report, workSignal)
        const made = await inspect(engine, name)
        if (made === null)
          throw new AppError('image-not-found', `The engine has no image ${name} after it was ${source}.`)
        return { ...made, source }
      }
      return shared.join(key, work, onProgress, signal)
    },
    async present(engine, names) {
      const found = new Map<string, ImagePresence>()
      const left = [...new Set(names)]
      const lookUp = async (): Promise<void> => {
        for (let name = left.pop(); name !== undefined; name = left.pop()) {
          const image = await inspect(engine, name)
          found.set(name, { present: image !== null, sizeBytes: image?.sizeBytes ?? null })
        }
      }
      await Promise.all(Array.from({ length: LOOKUPS_AT_ONCE }, lookUp))
      return found
    },
    dispose: () => shared.dispose(),
  }
}

interface Plan {
  /** Equal for those who want the same. */
  readonly key: string
  readonly name: string
  readonly source: 'pulled' | 'built'
  readonly make: (report: (progress: ImageProgress) => void, signal: AbortSignal) => Promise<void>
}

/**
 * A prebuilt image is used unless a build is forced that is possible. A build's tag stands for the content of its
 * directory, so one that exists is not built again, unless forced; a newer image behind its FROM is not noticed. (Harbor
 * asks the builder each time, which answers from its cache.)
 */
function plan(engine: Engine, spec: EnvironmentSpec): Plan {
  const { image } = spec
  if (image !== null && !(spec.forceBuild && spec.hasDockerfile)) {
    return {
      key: JSON.stringify(['pull', image]),
      name: image,
      source: 'pulled',
      make: async (report, signal) => pullImage(engine, image, report, signal),
    }
  }
  if (!spec.hasDockerfile) {
    throw new AppError('invalid-input', 'The task has neither a prebuilt image nor a Dockerfile.', {
      details: { hint: `Put a Dockerfile into ${spec.contextDir} or set [environment].docker_image.` },
    })
  }
  const { buildNetwork, caBundle } = spec.options
  return {
    key: JSON.stringify(['build', spec.buildTag, spec.contextDir, spec.forceBuild, buildNetwork, caBundle]),
    name: spec.buildTag,
    source: 'built',
    make: async (report, signal) => buildImage(engine, spec, report, signal),
  }
}

const imageFacts = z.looseObject({
  Id: z.string(),
  Size: z.number().nullish(),
  Config: z.looseObject({ WorkingDir: z.string().nullish() }).nullish(),
})

/** Null where the engine does not have it. (dockerode can neither give up on this call nor escape the name.) */
async function inspect(engine: Engine, name: string): Promise<Omit<ImageInfo, 'source'> | null> {
  try {
    const escaped = name.split('/').map(encodeURIComponent).join('/')
    const told = imageFacts.parse(await getJson(engine, `/images/${escaped}/json`))
    return { name, id: told.Id, sizeBytes: told.Size ?? null, workdir: told.Config?.WorkingDir || '/' }
  } catch (error) {
    if (statusOf(error) === 404) return null
    const doing = `look for the image ${name}`
    throw toEngineError(error, { doing, code: 'image-not-found', unreachable: 'backend-unavailable' })
  }
}

import { createHash } from 'node:crypto'
import type { EnvironmentSpec, ImageInfo, ImageProgress } from '../../core/environment/backend.ts'
import { imageSourceOf } from '../../core/environment/image-source.ts'
import { AppError } from '../../contract/errors.ts'
import { createSharedWork } from '../shared-work.ts'
import { buildImage } from './build.ts'
import { readCaBundle } from './ca-bundle.ts'
import type { Engine } from './engine.ts'
import { isBuiltFromPresent } from './image-bases.ts'
import { inspectImage, type FoundImage } from './inspect-image.ts'
import { isOfOtherPlatform, wantedPlatform } from './platform.ts'
import { pullImage } from './pull.ts'

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
    async ensure(engine, asked, onProgress, signal) {
      const spec = await withHostInTag(engine, asked)
      const { key, name, source, make } = plan(engine, spec)
      const work = async (report: (progress: ImageProgress) => void, workSignal: AbortSignal): Promise<ImageInfo> => {
        const found = spec.forceBuild && source === 'built' ? null : await inspectImage(engine, name)
        if (found !== null && (await isUsable(engine, source, found))) return { ...found.info, source: 'present' }
        await make(report, workSignal)
        const made = await inspectImage(engine, name)
        if (made === null)
          throw new AppError('image-not-found', `The engine has no image ${name} after it was ${source}.`)
        return { ...made.info, source }
      }
      return shared.join(key, work, onProgress, signal)
    },
    async present(engine, names) {
      const found = new Map<string, ImagePresence>()
      const left = [...new Set(names)]
      const lookUp = async (): Promise<void> => {
        for (let name = left.pop(); name !== undefined; name = left.pop()) {
          const image = await inspectImage(engine, name)
          found.set(name, { present: image !== null, sizeBytes: image?.info.sizeBytes ?? null })
        }
      }
      await Promise.all(Array.from({ length: LOOKUPS_AT_ONCE }, lookUp))
      return found
    },
    dispose: () => shared.dispose(),
  }
}

/** What of this host goes into a build is of its tag, too: a run without it must not be given that image. */
export async function withHostInTag(
  engine: Pick<Engine, 'connection'>,
  spec: EnvironmentSpec,
): Promise<EnvironmentSpec> {
  if (!imageSourceOf(spec).isBuilt) return spec
  const platform = wantedPlatform(engine)
  const { caBundle } = spec.options
  const marks = [
    ...(platform === null
      ? []
      : [
          platform
            .toLowerCase()
            .replaceAll(/[^a-z0-9_.-]/g, '-')
            .slice(0, 40),
        ]),
    ...(caBundle === null ? [] : [`ca-${await digestOf(caBundle)}`]),
  ]
  return { ...spec, buildTag: [spec.buildTag, ...marks].join('-') }
}

async function digestOf(caBundle: string): Promise<string> {
  return createHash('sha256')
    .update(await readCaBundle(caBundle))
    .digest('hex')
    .slice(0, 12)
}

async function isUsable(engine: Engine, source: Plan['source'], found: FoundImage): Promise<boolean> {
  if (source === 'pulled') return !isOfOtherPlatform(engine, found.platform)
  return isBuiltFromPresent(engine, found.labels)
}

interface Plan {
  /** Equal for those who want the same. */
  readonly key: string
  readonly name: string
  readonly source: 'pulled' | 'built'
  readonly make: (report: (progress: ImageProgress) => void, signal: AbortSignal) => Promise<void>
}

/**
 * A build's tag stands for all that its directory gives it, so one that exists is built again only when forced, or when an
 * image that it was built from has been replaced on the engine; a newer one in a registry is not noticed. (Harbor asks the builder each time, which answers from its cache.)
 */
function plan(engine: Engine, spec: EnvironmentSpec): Plan {
  const { name, isBuilt } = imageSourceOf(spec)
  if (!isBuilt) {
    return {
      key: JSON.stringify(['pull', name]),
      name,
      source: 'pulled',
      make: async (report, signal) => pullImage(engine, name, report, signal),
    }
  }
  if (!spec.hasDockerfile) {
    throw new AppError('invalid-input', 'The task has neither a prebuilt image nor a Dockerfile.', {
      details: { hint: `Put a Dockerfile into ${spec.contextDir} or set [environment].docker_image.` },
    })
  }
  const { buildNetwork, caBundle } = spec.options
  return {
    key: JSON.stringify(['build', name, spec.contextDir, spec.forceBuild, buildNetwork, caBundle]),
    name,
    source: 'built',
    make: async (report, signal) => buildImage(engine, spec, report, signal),
  }
}

import * as z from 'zod'
import type { ImageInfo } from '../../core/environment/backend.ts'
import type { Engine } from './engine.ts'
import { getJson } from './http-call.ts'
import type { ImagePlatform } from './platform.ts'
import { statusOf, toEngineError } from './translate.ts'

/** An image that the engine has. */
export interface FoundImage {
  readonly info: Omit<ImageInfo, 'source'>
  readonly labels: Readonly<Record<string, string>>
  readonly platform: ImagePlatform
}

const imageFacts = z.looseObject({
  Id: z.string(),
  Size: z.number().nullish(),
  Os: z.string().nullish(),
  Architecture: z.string().nullish(),
  Config: z
    .looseObject({
      WorkingDir: z.string().nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
})

/** Null where the engine does not have it. (dockerode can neither give up on this call nor escape the name.) */
export async function inspectImage(engine: Engine, name: string): Promise<FoundImage | null> {
  try {
    const escaped = name.split('/').map(encodeURIComponent).join('/')
    const { Id, Size, Config, Os, Architecture } = imageFacts.parse(await getJson(engine, `/images/${escaped}/json`))
    const volumes = Object.keys(Config?.Volumes ?? {})
    return {
      info: {
        name,
        id: Id,
        sizeBytes: Size ?? null,
        workdir: Config?.WorkingDir || '/',
        ...(volumes.length === 0 ? {} : { volumes }),
      },
      labels: Config?.Labels ?? {},
      platform: { os: Os || null, architecture: Architecture || null },
    }
  } catch (error) {
    if (statusOf(error) === 404) return null
    const doing = `look for the image ${name}`
    throw toEngineError(error, { doing, code: 'image-not-found', unreachable: 'backend-unavailable' })
  }
}

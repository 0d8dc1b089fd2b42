import type { EnvironmentSpec } from './backend.ts'

/** The image that an environment is started from. */
export interface ImageSource {
  readonly name: string
  /** Built from the task's `environment/` on this machine; else pulled where it is missing. */
  readonly isBuilt: boolean
}

/** A prebuilt image is used unless a build is forced that is possible. */
export function imageSourceOf({
  image,
  hasDockerfile,
  buildTag,
  forceBuild,
}: Pick<EnvironmentSpec, 'image' | 'hasDockerfile' | 'buildTag' | 'forceBuild'>): ImageSource {
  return image === null || (forceBuild && hasDockerfile)
    ? { name: buildTag, isBuilt: true }
    : { name: image, isBuilt: false }
}

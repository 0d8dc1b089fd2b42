import type { EnvironmentSpec, ImageSource } from './backend.ts'

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

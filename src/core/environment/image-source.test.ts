import { expect, test } from 'vitest'
import { imageSourceOf } from './image-source.ts'

const spec = { image: 'some/image:1', hasDockerfile: true, buildTag: 'tbcc-environment:1', forceBuild: false }

test.each([
  ['a prebuilt image', spec, 'some/image:1', false],
  ['its Dockerfile, where a build is forced', { ...spec, forceBuild: true }, 'tbcc-environment:1', true],
  ['a prebuilt image, where there is none', { ...spec, forceBuild: true, hasDockerfile: false }, 'some/image:1', false],
  ['its Dockerfile, without a prebuilt image', { ...spec, image: null }, 'tbcc-environment:1', true],
] as const)('a task is started from %s', (_what, of, name, isBuilt) => {
  expect(imageSourceOf(of)).toEqual({ name, isBuilt })
})

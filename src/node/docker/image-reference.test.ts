import { expect, test } from 'vitest'
import { credentialKey, parseImageReference } from './image-reference.ts'

const digest = 'sha256:0123'

test.each([
  ['debian', { repository: 'debian', registry: 'docker.io', tag: 'latest', digest: null }],
  ['debian:bookworm', { repository: 'debian', registry: 'docker.io', tag: 'bookworm', digest: null }],
  ['user/image:1', { repository: 'user/image', registry: 'docker.io', tag: '1', digest: null }],
  ['ghcr.io/a/b', { repository: 'ghcr.io/a/b', registry: 'ghcr.io', tag: 'latest', digest: null }],
  ['localhost/a', { repository: 'localhost/a', registry: 'localhost', tag: 'latest', digest: null }],
  ['127.0.0.1:5000/a:2', { repository: '127.0.0.1:5000/a', registry: '127.0.0.1:5000', tag: '2', digest: null }],
  ['127.0.0.1:5000/a', { repository: '127.0.0.1:5000/a', registry: '127.0.0.1:5000', tag: 'latest', digest: null }],
  [`a/b@${digest}`, { repository: 'a/b', registry: 'docker.io', tag: null, digest }],
  [`a/b:1@${digest}`, { repository: 'a/b', registry: 'docker.io', tag: '1', digest }],
])('%s', (name, parts) => {
  expect(parseImageReference(name)).toEqual(parts)
})

test('credentials of Docker Hub stand under the name it once had', () => {
  expect(credentialKey('docker.io')).toBe('https://index.docker.io/v1/')
  expect(credentialKey('ghcr.io')).toBe('ghcr.io')
})

import { expect, test } from 'vitest'
import type { BackendName } from '../src/core/environment/backend.ts'
import { createBackends } from '../src/engine/backends.ts'
import { plainEnv } from './support/engine.ts'
import { describeOn, dockerSocket } from './support/machine.ts'

const NONE = { DOCKER_HOST: 'unix:///nowhere/docker.sock', TBCC_PODMAN_SOCKET: '/nowhere/podman.sock' }

async function choose(env: Readonly<Record<string, string>>, wanted: BackendName | 'auto' = 'auto') {
  const backends = createBackends({ ...plainEnv, ...env })
  try {
    const { backend, reason } = await backends.choose(wanted)
    return { name: backend.name, reason }
  } finally {
    await backends.dispose()
  }
}

describeOn('docker', 'where Docker answers', () => {
  test('it is taken, and the reason says where it answers', async () => {
    const { name, reason } = await choose({})
    expect(name).toBe('docker')
    expect(reason).toMatch(/^Docker \S+ answers at unix:\/\//)
  })
})

describeOn('sandbox', 'where Docker does not answer', () => {
  test('the sandbox is taken, and the reason says why', async () => {
    const { name, reason } = await choose(NONE)
    expect(name).toBe('sandbox')
    expect(reason).toMatch(/^no Docker: .*there is no socket at unix:\/\/\/nowhere\/docker\.sock[^.;]*$/)
  })

  test('what was asked for is not replaced', async () => {
    await expect(choose(NONE, 'docker')).rejects.toMatchObject({ code: 'backend-unavailable' })
    expect(await choose({}, 'sandbox')).toEqual({ name: 'sandbox', reason: null })
  })
})

describeOn(['docker', 'sandbox'], 'where only Podman answers', () => {
  // Any engine that answers at Podman's socket is one for this.
  test('the sandbox is taken, and the reason names what can be asked for', async () => {
    const { name, reason } = await choose({ ...NONE, TBCC_PODMAN_SOCKET: dockerSocket })
    expect(name).toBe('sandbox')
    expect(reason).toMatch(/; Podman \S+ answers: -e podman takes it$/)
  })
})

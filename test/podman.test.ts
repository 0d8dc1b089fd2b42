import { afterAll, describe } from 'vitest'
import { createDockerBackend } from '../src/node/docker/backend.ts'
import { useBed } from './contract/backend-bed.ts'
import { backendContract } from './contract/backend-suite.ts'
import { removeImages } from './contract/engine-bed.ts'
import { engineSuite, ENGINE_TAGS } from './contract/engine-suite.ts'
import { imageSuite } from './contract/image-suite.ts'
import { podman } from './support/engine-clients.ts'
import { describeOn, podmanSocket } from './support/machine.ts'

describeOn('podman', 'Podman', () => {
  const env = { ...process.env, TBCC_PODMAN_SOCKET: podmanSocket }
  const makeBackend = () => createDockerBackend({ name: 'podman', env })
  const facts = { users: true, limits: true, mayLoseOutput: true }
  afterAll(() => removeImages(podman, ENGINE_TAGS))

  backendContract('podman', makeBackend, facts)
  describe('podman as an engine', () => {
    const bed = useBed(makeBackend, facts)
    engineSuite(bed, podman, { tellsOomOfMain: false, checksHealth: false })
    imageSuite(bed, podman)
  })
})

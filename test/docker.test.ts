import { afterAll, describe } from 'vitest'
import { createDockerBackend } from '../src/node/docker/backend.ts'
import { useBed } from './contract/backend-bed.ts'
import { backendContract } from './contract/backend-suite.ts'
import { removeImages } from './contract/engine-bed.ts'
import { engineSuite, ENGINE_TAGS } from './contract/engine-suite.ts'
import { imageSuite } from './contract/image-suite.ts'
import { docker } from './support/engine-clients.ts'
import { describeOn } from './support/machine.ts'

describeOn('docker', 'Docker Engine', () => {
  const makeBackend = () => createDockerBackend({ name: 'docker', env: process.env })
  const facts = { users: true, limits: true }
  afterAll(() => removeImages(docker, ENGINE_TAGS))

  backendContract('docker', makeBackend, facts)
  describe('docker as an engine', () => {
    const bed = useBed(makeBackend, facts)
    engineSuite(bed, docker, { tellsOomOfMain: true, checksHealth: true })
    imageSuite(bed, docker)
  })
})

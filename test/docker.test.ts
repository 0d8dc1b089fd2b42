import { createDockerBackend } from '../src/node/docker/backend.ts'
import { backendContract } from './contract/backend-suite.ts'
import { describeOn } from './support/machine.ts'

describeOn('docker', 'Docker Engine', () => {
  backendContract('docker', () => createDockerBackend({ name: 'docker', env: process.env }), {
    users: true,
    limits: true,
  })
})

import { createDockerBackend } from '../src/node/docker/backend.ts'
import { backendContract } from './contract/backend-suite.ts'
import { describeOn, podmanSocket } from './support/machine.ts'

describeOn('podman', 'Podman', () => {
  const env = { ...process.env, TBCC_PODMAN_SOCKET: podmanSocket }
  backendContract('podman', () => createDockerBackend({ name: 'podman', env }), { users: true, limits: true })
})

import { z } from 'zod'
import { createSandboxBackend } from '../../src/node/sandbox/backend.ts'
import type { Container, Enforcement, EnvironmentSpec } from '../../src/core/environment/backend.ts'

/*
 * A process that holds a sandbox, for tests of what happens when it ends or who it runs as. Arguments: the options of the
 * backend as JSON, the folder of the Dockerfile, and what to do: `wait` to be killed, `keep` the sandbox and end, or `run`
 * a command that follows. Prints one line of JSON, a SandboxReport.
 */

export interface SandboxReport {
  readonly id: string
  readonly enforcement: Enforcement
  readonly stdout: string
  readonly stderr: string
}

const [options = '{}', contextDir = '', action = 'wait', command = 'true'] = process.argv.slice(2)
const Options = z.object({
  stateFolder: z.string(),
  tool: z.enum(['bubblewrap', 'unshare']).optional(),
})
const { stateFolder, tool } = Options.parse(JSON.parse(options))
const backend = createSandboxBackend({ stateFolder, ...(tool === undefined ? {} : { tool }) })
const { signal } = new AbortController()
const spec: EnvironmentSpec = {
  image: null,
  contextDir,
  hasDockerfile: true,
  buildTag: '',
  forceBuild: false,
  workdir: null,
  env: {},
  cpus: 1,
  memoryMb: 256,
  network: 'no-network',
  options: {
    network: null,
    buildNetwork: null,
    hostGateway: false,
    caBundle: null,
    hardening: { pidsLimit: 100, noNewPrivileges: false, dropCapabilities: [], readOnlyRoot: false },
  },
}
const image = await backend.ensureImage(spec, () => undefined, signal)
const owner = { machineId: 'test-machine', bootId: 'test-boot', pid: process.pid, startTime: '1' }
const labels = { jobId: 'job', trialId: 'trial', owner }
const container = await backend.start({ spec, image, name: `test__${process.pid}`, labels }, signal)
const printed = await run(container, action === 'run' ? command : 'sleep 1000 > /dev/null 2>&1 & echo started')
const report: SandboxReport = { id: container.id, enforcement: container.enforcement, ...printed }
process.stdout.write(`${JSON.stringify(report)}\n`)
if (action === 'keep') await container.keep()
else if (action === 'run') await container.stop()
else await new Promise((resolve) => setTimeout(resolve, 2 ** 31 - 1))

async function run(where: Container, text: string): Promise<Pick<SandboxReport, 'stdout' | 'stderr'>> {
  const output = { stdout: '', stderr: '' }
  await where.exec({
    command: text,
    onOutput({ stream, data }) {
      output[stream] += Buffer.from(data).toString()
    },
  })
  return output
}

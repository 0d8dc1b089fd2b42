import { describe, expect, test } from 'vitest'
import { TaskConfig } from '../../contract/harbor/task-config.ts'
import { collectionSet } from './artifacts.ts'
import { resolveNetwork } from './network-policy.ts'
import type { TaskFileFacts } from './task.ts'
import { listAgentNeeds, listUnsupported } from './unsupported.ts'

const FILES: TaskFileFacts = {
  hasDockerfile: true,
  hasCompose: false,
  hasSolution: true,
  hasTrajectory: false,
  environment: ['Dockerfile'],
}
const NO_EXTRA = { environment: [], agent: [] }

describe('features that are refused by name', () => {
  test('an ordinary task has none', () => {
    expect(listUnsupported(TaskConfig.parse({}), FILES)).toEqual([])
    expect(
      listUnsupported(TaskConfig.parse({ environment: { network_mode: 'no-network', gpus: 0, docker_image: 'x' } }), {
        ...FILES,
        hasDockerfile: false,
      }),
    ).toEqual([])
  })

  test.each([
    [{ steps: [{ name: 's' }] }, '[[steps]]'],
    [{ verifier: { environment_mode: 'separate' } }, 'separate'],
    [{ verifier: { environment: {} } }, 'separate'],
    [{ environment: { os: 'windows' } }, 'Windows'],
    [{ environment: { gpus: 2 } }, '2 GPU'],
    [{ environment: { tpu: { type: 'v4', topology: '2x2' } } }, 'TPU'],
    [{ environment: { network_mode: 'allowlist' } }, 'allowlist'],
    [{ agent: { network_mode: 'no-network' } }, '[agent].network_mode'],
    [{ verifier: { network_mode: 'no-network' } }, '[verifier].network_mode'],
    [{ artifacts: [{ source: '/x', service: 'db' }] }, 'Compose service'],
    [{ verifier: { collect: [{ command: 'x', service: 'db' }] } }, 'Compose service'],
  ])('%j', (config, words) => {
    expect(listUnsupported(TaskConfig.parse(config), FILES)).toEqual([expect.stringContaining(words)])
  })

  test('by its files', () => {
    expect(listUnsupported(TaskConfig.parse({}), { ...FILES, hasCompose: true })).toEqual([
      expect.stringContaining('docker-compose.yaml'),
    ])
    expect(listUnsupported(TaskConfig.parse({}), { ...FILES, hasDockerfile: false })).toEqual([
      expect.stringContaining('neither'),
    ])
  })

  test('a phase that says what the environment says anyway is no policy of its own', () => {
    const same = {
      environment: { network_mode: 'no-network' },
      agent: { network_mode: 'no-network' },
      verifier: { network_mode: 'no-network' },
    }
    expect(listUnsupported(TaskConfig.parse(same), FILES)).toEqual([])
  })
})

test('what an agent must be capable of is no reason to refuse the task', () => {
  const config = TaskConfig.parse({
    environment: { mcp_servers: [{ name: 'm', url: 'http://m' }], skills_dir: '/skills' },
  })
  expect(listUnsupported(config, FILES)).toEqual([])
  expect(listAgentNeeds(config, { ...FILES, hasTrajectory: true })).toEqual(['mcp-servers', 'skills', 'trajectory'])
})

describe('network policies', () => {
  test('overrides replace the baseline for their phase', () => {
    const config = TaskConfig.parse({
      environment: { network_mode: 'no-network' },
      agent: { network_mode: 'allowlist', allowed_hosts: ['a.org'] },
    })
    expect(resolveNetwork(config, NO_EXTRA)).toEqual({
      environment: { mode: 'no-network', hosts: [] },
      agent: { mode: 'allowlist', hosts: ['a.org'] },
      verifier: { mode: 'no-network', hosts: [] },
    })
  })

  test('extra hosts open what is closed, and say nothing where all is open', () => {
    const closed = TaskConfig.parse({ environment: { network_mode: 'no-network' } })
    expect(resolveNetwork(closed, { environment: ['a.org'], agent: ['b.org'] })).toEqual({
      environment: { mode: 'allowlist', hosts: ['a.org'] },
      agent: { mode: 'allowlist', hosts: ['a.org', 'b.org'] },
      verifier: { mode: 'allowlist', hosts: ['a.org'] },
    })
    expect(resolveNetwork(TaskConfig.parse({}), { environment: ['a.org'], agent: ['b.org'] }).agent).toEqual({
      mode: 'public',
      hosts: [],
    })
  })

  test("a verifier's own environment has its own baseline", () => {
    const config = TaskConfig.parse({ environment: { network_mode: 'no-network' }, verifier: { environment: {} } })
    expect(resolveNetwork(config, { environment: ['a.org'], agent: [] }).verifier).toEqual({
      mode: 'public',
      hosts: [],
    })
  })
})

test('the conventional folder is collected first, unless an entry says how', () => {
  const implicit = { source: '/logs/artifacts', destination: null, exclude: [], service: null }
  expect(collectionSet(['/app/x'], [{ ...implicit, source: '/y' }]).map(({ source }) => source)).toEqual([
    '/logs/artifacts',
    '/app/x',
    '/y',
  ])
  expect(collectionSet([{ ...implicit, source: '/logs/artifacts/', exclude: ['*.o'] }], [])).toHaveLength(1)
  expect(collectionSet([{ ...implicit, service: 'db' }], [])).toHaveLength(2)
})

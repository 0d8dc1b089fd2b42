import { expect, test } from 'vitest'
import { JobConfig } from '../contract/harbor/job-config.ts'
import { withAbsolutePaths } from './job-paths.ts'

const at = { cwd: '/srv', env: { HOME: '/home/me' } }

test('every path of this host is made absolute, and nothing else', () => {
  const config = JobConfig.parse({
    tasks: [{ path: 'tasks/a' }, { path: 'in/repository', git_url: 'https://x' }],
    datasets: [
      { path: '~/sets/b' },
      { name: 'c', registry_path: './registry.json' },
      { path: 'in/repository', repo: 'o/r' },
    ],
    extra_instruction_paths: ['../more.md', '/absolute.md'],
    agents: [
      { name: 'command', kwargs: { run: 'setup.sh', setup: 'setup.sh' }, skills: ['skills', '~/skills'] },
      { name: 'replay', kwargs: { trajectory: '~/t.json' } },
      { name: 'codex', kwargs: { config: { model: 'm' }, reasoning_effort: 'low' } },
      { name: 'codex', kwargs: { config: 'codex.toml' } },
      { name: 'acp', kwargs: { command: 'agent', registry: 'registry' } },
    ],
    environment: { kwargs: { ca_bundle: 'ca.pem', network: 'host' } },
  })
  expect(withAbsolutePaths(config, at)).toMatchObject({
    tasks: [{ path: '/srv/tasks/a' }, { path: 'in/repository' }],
    datasets: [
      { path: '/home/me/sets/b' },
      { path: null, registry_path: '/srv/registry.json' },
      { path: 'in/repository' },
    ],
    extra_instruction_paths: ['/more.md', '/absolute.md'],
    agents: [
      { kwargs: { run: 'setup.sh', setup: '/srv/setup.sh' }, skills: ['/srv/skills', '/home/me/skills'] },
      { kwargs: { trajectory: '/home/me/t.json' } },
      { kwargs: { config: { model: 'm' }, reasoning_effort: 'low' } },
      { kwargs: { config: '/srv/codex.toml' } },
      { kwargs: { command: 'agent', registry: '/srv/registry' } },
    ],
    environment: { kwargs: { ca_bundle: '/srv/ca.pem', network: 'host' } },
  })
})

test('absolute paths stay as they are, from wherever they are read', () => {
  const once = withAbsolutePaths(JobConfig.parse({ tasks: [{ path: 'a' }], extra_instruction_paths: ['b'] }), at)
  expect(withAbsolutePaths(once, { cwd: '/elsewhere', env: {} })).toEqual(once)
})

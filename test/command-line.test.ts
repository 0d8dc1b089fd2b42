import { expect, test } from 'vitest'
import { parseRun } from '../src/cli/run/parse-run.testing.ts'
import { applyRunFlags } from '../src/cli/run/run-flags.ts'
import { JobConfig, type JobConfigInput } from '../src/contract/harbor/job-config.ts'
import { toCommandLine, toRunFlags } from '../src/core/job/command-line.ts'

/* A job as a command line: read back by the command's own flags, it is the same job. */

const kinds = { '/t/one': 'task', "/t/it's": 'task', '/t': 'dataset' } as const
const kindOf = (path: string) => Object.entries(kinds).find(([known]) => known === path)?.[1] ?? 'missing'

test.each<[string, JobConfigInput]>([
  ['one task', { tasks: [{ path: '/t/one' }] }],
  ['two tasks', { tasks: [{ path: '/t/one' }, { path: "/t/it's" }], n_attempts: 3 }],
  [
    'a filtered dataset',
    { datasets: [{ path: '/t', task_names: ['a*', '-b'], exclude_task_names: ['c'], n_tasks: 5 }] },
  ],
  ['a dataset of a registry', { datasets: [{ name: 'bench', version: '2.0', registry_path: '/r.json' }] }],
  [
    'an agent of two models',
    {
      tasks: [{ path: '/t/one' }],
      agents: ['a/b', 'c'].map((model_name) => {
        return { name: 'command', model_name, kwargs: { command: 'echo "$X"', n: 5, text: '5' }, env: { A: 'b c' } }
      }),
    },
  ],
  [
    'everything else that flags say',
    {
      job_name: 'my job',
      tasks: [{ path: '/t/one' }],
      n_concurrent_trials: 9,
      timeout_multiplier: 2.5,
      agent_timeout_multiplier: 3,
      retry: { max_retries: 2, include_exceptions: ['X'], exclude_exceptions: ['Y'] },
      environment: {
        delete: false,
        force_build: true,
        override_cpus: 2,
        override_memory_mb: 512,
        kwargs: { host_gateway: true },
      },
      verifier: { disable: true, env: { V: '1' } },
      artifacts: ['/app/out'],
      extra_instructions: ['be "quick"'],
      debug: true,
    },
  ],
])('%s', (_name, input) => {
  const config = JobConfig.parse(input)
  const flags = toRunFlags(config)
  expect(flags).not.toBeNull()
  expect(JobConfig.parse(applyRunFlags({}, parseRun(...(flags ?? [])), { kindOf, mcpServers: [] }))).toEqual(config)
})

test('words are quoted for a shell, and no value of a secret is shown', () => {
  const config = JobConfig.parse({ tasks: [{ path: "/t/it's" }], agents: [{ name: 'nop', env: { API_KEY: 'sk-1' } }] })
  const line = toCommandLine(config, { backend: 'sandbox', jobsDir: '/j' })
  expect(line).toBe(String.raw`tbcc run -t '/t/it'\''s' -a nop --ae 'API_KEY=${'$'}{API_KEY}' -e sandbox -o /j`)
})

test('no secret of a tool server is shown, and the line says which variables to set', () => {
  const server = {
    name: 's',
    transport: 'stdio' as const,
    command: 'serve',
    args: ['--token', 'sk-1', '--url=http://u:sk-2@h'],
    env: { API_KEY: 'sk-3', MODE: 'fast', FROM: '${MINE}' },
  }
  const config = JobConfig.parse({ tasks: [{ path: '/t/one' }], agents: [{ name: 'nop', mcp_servers: [server] }] })
  const line = toCommandLine(config, { backend: 'sandbox', jobsDir: '/j' })
  expect(line).not.toContain('sk-')
  const text = /^printf %s '(.*)' > tbcc-job.json/.exec(line)?.[1] ?? ''
  expect(JobConfig.parse(JSON.parse(text)).agents[0]?.mcp_servers).toMatchObject([
    {
      args: ['--token', '${AGENTS_0_MCP_SERVERS_0_ARGS_1}', '--url=http://u:${AGENTS_0_MCP_SERVERS_0_ARGS_2}@h'],
      env: { API_KEY: '${API_KEY}', MODE: 'fast', FROM: '${MINE}' },
    },
  ])
})

test('what no flag says goes into a file that gives the same job', () => {
  const config = JobConfig.parse({
    tasks: [{ path: '/t/one' }],
    agents: [{ name: 'nop' }, { name: 'oracle', override_timeout_sec: 5, env: { API_KEY: 'sk-1' } }],
    environment: { override_cpus: 2 },
  })
  expect(toRunFlags(config)).toBeNull()
  const line = toCommandLine(config, { backend: 'auto', jobsDir: '/j' })
  const json = /^printf %s '(.*)' > (\S+) && tbcc run -c \2 -o \/j$/.exec(line)?.[1]
  const [nop, oracle] = config.agents
  expect(JobConfig.parse(JSON.parse(json ?? ''))).toEqual({
    ...config,
    agents: [nop, { ...oracle, env: { API_KEY: '${API_KEY}' } }],
  })
})

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { JobConfig } from '../../src/contract/harbor/job-config.ts'
import { plainEnv, useJobs } from '../support/engine.ts'
import { docker } from '../support/engine-clients.ts'
import { readJson } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'
import { serveTools, toolScript } from '../support/mcp-server.ts'
import { script, useModelServers } from '../support/model-server/index.ts'
import { filesWith } from '../support/snapshot.ts'
import { line, standInTask } from '../support/stand-in.ts'
import { NOTE_COMMANDS, solutionOf, useRealCli, type RealAgent } from './real-cli.ts'
import { CLI_VERSIONS } from './versions.ts'

/*
 * What a tool server needs to be let in: it reaches the server by way of the real CLIs, and stands in no file, no event, on
 * no command line.
 */

const SAMPLE = 'compact-allowlist'
const TOKEN = 'mcp-token-5d0c7f13a9e24b68'
const SECRET = 'mcp-secret-"91\\b7e4'
const PROOF = '/logs/agent/proof.txt'

/** Agents, each with the file that it has its servers from. */
const AGENTS: readonly (readonly [RealAgent, string])[] = [
  ['claude-code', '/tmp/tbcc-private/claude-servers.json'],
  ['codex', '/tmp/codex-home/config.toml'],
  ['gemini-cli', '~/.gemini/settings.json'],
  ['qwen-coder', '~/.qwen/settings.json'],
  ['opencode', '~/.config/opencode/opencode.json'],
]

for (const [agent, file] of AGENTS) {
  describeOn(['docker', 'packages'], `tool servers of the real ${agent}`, () => {
    const serve = useModelServers()
    const cli = useRealCli(agent)

    test('are given what lets it in, and nobody else sees it', async () => {
      const processes: string[] = []
      const tools = await serveTools(
        `Bearer ${TOKEN}`,
        async () => void processes.push(...(await describeContainers())),
      )
      const server = await serve({ scenario: script(await steps(file, tools.port)) })
      const trial = await cli.run({
        server,
        sample: SAMPLE,
        hostEnv: { MCP_TEST_TOKEN: TOKEN, MCP_TEST_SECRET: SECRET },
        mcpServers: [
          {
            name: 'web',
            transport: 'http',
            url: `${tools.url}/mcp`,
            headers: { Authorization: 'Bearer ${MCP_TEST_TOKEN}' },
          },
          {
            name: 'local',
            transport: 'stdio',
            command: 'bash',
            args: ['-c', toolScript(PROOF)],
            env: { SERVER_SECRET: '${MCP_TEST_SECRET}' },
          },
        ],
      })

      expect(trial.record, trial.record.exception?.message).toMatchObject({ outcome: 'success', exception: null })
      expect(tools.authorizations).toContain(`Bearer ${TOKEN}`)
      expect((await trial.read('agent/proof.txt')).trim()).toBe(sha256(SECRET))
      // While it was at work, from outside and from inside.
      const { program } = CLI_VERSIONS[agent]
      expect(processes.filter((text) => text.includes(program))).not.toEqual([])
      expect(processes.filter((text) => text.includes(TOKEN) || text.includes('mcp-secret'))).toEqual([])
      const commands = await trial.read('agent/commands.txt')
      expect(commands).toContain(program)
      expect(commands).not.toContain('[REDACTED]')
      expect(await trial.read('agent/modes.txt')).toMatch(/^[67]00$/m)
      if (agent !== 'codex') expect(await trial.read('agent/config.txt')).not.toContain('[REDACTED]')
      for (const text of [TOKEN, SECRET, JSON.stringify(SECRET).slice(1, -1)]) {
        expect(await trial.filesWith(text), 'files that hold a secret').toEqual([])
      }
      const record = await readFile(join(dirname(trial.directory), 'tbcc.json'), 'utf8')
      expect(record).toContain('Bearer ${MCP_TEST_TOKEN}')
      expect(server.leaksOf(TOKEN)).toEqual([])
    })
  })
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Looks around once both servers were reached, then does the work. */
async function steps(file: string, port: number) {
  const look = [
    `exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'GET /admitted HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3 > /dev/null`,
    `while [ ! -s ${PROOF} ]; do sleep 0.1; done`,
    `(${NOTE_COMMANDS}) > /logs/agent/commands.txt`,
    // The CLI may have written it anew.
    `stat -c %a ${file} $(dirname ${file}) > /logs/agent/modes.txt`,
    `cp ${file} /logs/agent/config.txt`,
  ]
  // As one word: not every CLI hands quotes and line ends to a shell as they are.
  const shell = `echo ${Buffer.from(look.join('\n')).toString('base64')} | base64 -d | bash`
  return [
    { calls: [{ shell }] },
    { calls: [{ shell: await solutionOf(SAMPLE, 'solution') }] },
    { text: 'Done.' },
  ] as const
}

/** What this machine's engine tells of containers for the sample; one of another suite may be gone meanwhile. */
async function describeContainers(): Promise<readonly string[]> {
  const filters = { label: ['tbcc.trial'], name: [SAMPLE], status: ['running'] }
  const listed = await docker.listContainers({ filters })
  const told = await Promise.allSettled(
    listed.map(async ({ Id }) => {
      const container = docker.getContainer(Id)
      return JSON.stringify([await container.inspect(), await container.top({ ps_args: '-eo pid,args' })])
    }),
  )
  return told.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

describeOn('docker', 'what may hold secrets', () => {
  const jobs = useJobs('mcp-files')
  const END = [line.init(), line.text('m1', 'Done.'), 'echo yes > /app/done', line.result()]

  const runOne = async (end: readonly string[]) => {
    const look = [
      'stat -c "%a %U %n" /tmp/tbcc-private /tmp/tbcc-private/* > /logs/agent/modes.txt',
      'cp "$CLAUDE_CONFIG_DIR/.claude.json" /logs/agent/servers.txt',
      `printf '%s' "$TBCC_MCP_1" | sha256sum | cut -c 1-64 > ${PROOF}`,
    ]
    const task = standInTask('private', [...look, ...end].join('\n'), {
      dockerfile: [
        'FROM debian:bookworm-slim',
        'WORKDIR /app',
        'RUN useradd -m someone && chown someone /app',
        'COPY --chmod=755 claude /usr/local/bin/claude',
        'USER someone',
        '',
      ].join('\n'),
      tests: 'ls -A /tmp > /logs/verifier/left.txt; echo 1 > /logs/verifier/reward.txt',
    })
    const headers = { Authorization: `Bearer ${TOKEN}` }
    const agent = {
      name: 'claude-code',
      env: { ANTHROPIC_API_KEY: 'sk-ant-stand-in-0123456789abcdef' },
      kwargs: { config: { env: { A: 'b' } } },
      mcp_servers: [{ name: 'web', transport: 'http' as const, url: 'http://127.0.0.1:1/mcp', headers }],
    }
    return (await jobs.run({ tasks: [await jobs.task(task)], agents: [agent] })).of('private')
  }

  test.each<[string, readonly string[]]>([
    ['comes to its end', END],
    ['fails', ['exit 3']],
    ['is killed', ['kill -9 $$']],
  ])('is for nobody else to read, and gone when the agent %s', async (_how, end) => {
    const { read, directory } = await runOne(end)
    expect(await read('agent/modes.txt')).toBe(
      [
        '700 someone /tmp/tbcc-private',
        '600 someone /tmp/tbcc-private/claude-servers.json',
        '600 someone /tmp/tbcc-private/claude-settings.json',
        '',
      ].join('\n'),
    )
    expect(await read('verifier/left.txt')).not.toContain('tbcc')
    expect(await read('agent/servers.txt')).toContain('"Authorization": "${TBCC_MCP_1}"')
    expect((await read('agent/proof.txt')).trim()).toBe(sha256(`Bearer ${TOKEN}`))
    expect(await filesWith(dirname(directory), TOKEN)).toEqual([])
  })
})

describeOn('docker', 'a tool server with secrets in its definition', () => {
  const jobs = useJobs('mcp-secrets')
  const literal = {
    name: 'local',
    transport: 'stdio' as const,
    command: 'serve',
    args: ['--token', TOKEN, `--db=postgres://user:${TOKEN}@db/x`],
    env: { API_KEY: TOKEN, MODE: 'fast' },
  }
  const run = async (mcp_servers: readonly object[]) => {
    const tests = `echo "verifier: ${TOKEN}"; echo 1 > /logs/verifier/reward.txt`
    const path = await jobs.task({ name: 'plain', solution: null, tests })
    return jobs.run({
      tasks: [path],
      agents: [{ name: 'nop', mcp_servers: mcp_servers.map((server) => ({ ...literal, ...server })) }],
    })
  }

  test('is written with stars, hidden where it shows up, and asked for again', async () => {
    const job = await run([{}])
    expect(await filesWith(job.directory, TOKEN)).toEqual([])
    expect(await job.of('plain').read('verifier/test-stdout.txt')).toContain('verifier: [REDACTED]')
    const args = ['--token', '****', '--db=postgres://user:****@db/x']
    // Harbor's files have no place for variables and headers.
    const { name, transport, command } = literal
    expect(await readJson(join(job.directory, 'config.json'))).toMatchObject({
      agents: [{ mcp_servers: [{ name, transport, command, args }] }],
    })
    expect(await filesWith(job.directory, 'MODE')).toEqual(['tbcc.json'])
    const again = { retryExceptions: null, secrets: {} }
    expect((await jobs.engine.prepareResume(job.name, again)).missingSecrets).toEqual([
      'agents.0.mcp_servers.0.args.1',
      'agents.0.mcp_servers.0.args.2',
      'agents.0.mcp_servers.0.env.API_KEY',
    ])
    const secrets = {
      'agents.0.mcp_servers.0.args.1': TOKEN,
      'agents.0.mcp_servers.0.args.2': literal.args[2] ?? '',
      'agents.0.mcp_servers.0.env.API_KEY': TOKEN,
    }
    const given = await jobs.engine.prepareResume(job.name, { ...again, secrets })
    expect(given.missingSecrets).toEqual([])
    expect(given.config.agents[0]?.mcp_servers).toMatchObject([literal])
  })

  test('that it names as variables: they are listed, and their lack is told before anything starts', async () => {
    const path = await jobs.task({ name: 'plain', solution: null })
    const env = { TOKEN: '${MCP_TEST_TOKEN}', PORT: '${MCP_TEST_PORT:-80}', GIVEN: '${BY_THE_JOB}' }
    const agent = { name: 'nop', env: { BY_THE_JOB: 'x' }, mcp_servers: [{ ...literal, args: [], env }] }
    const prepare = async (hostEnv: Readonly<Record<string, string>>) => {
      const config = { tasks: [{ path }], agents: [agent] }
      return jobs.open({ ...plainEnv, ...hostEnv }).prepare({ config: JobConfig.parse(config), backend: 'docker' })
    }
    const set = await prepare({ MCP_TEST_TOKEN: TOKEN })
    const reader = { tasks: [], servers: ['local'] }
    expect(set.hostVariables).toEqual([
      { name: 'MCP_TEST_TOKEN', isSet: true, hasDefault: false, ...reader },
      { name: 'MCP_TEST_PORT', isSet: false, hasDefault: true, ...reader },
    ])
    expect(set.missingKeys).toEqual([])
    const unset = await prepare({})
    expect(unset.missingKeys).toEqual(['MCP_TEST_TOKEN'])
    expect(unset.trials[0]?.refusal).toContain('MCP_TEST_TOKEN, which the tool server "local" reads, is not set')
  })
})

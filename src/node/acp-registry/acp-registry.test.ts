import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAcpRegistry } from './acp-registry.ts'

const entry = (version: string, id = 'my-agent'): Record<string, unknown> => ({ id, version, distribution: {} })

let folder: string
let server: Server | null = null

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-registry-'))
})

afterEach(async () => {
  const open = server
  server = null
  if (open !== null) await new Promise((resolve) => open.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

async function put(path: string, content: unknown): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeFile(join(folder, path), JSON.stringify(content))
}

test('a copy: a checkout, a record, a list, the published file', async () => {
  const registry = createAcpRegistry({ env: {}, cwd: folder })
  await put('checkout/my-agent/agent.json', entry('1.0.0'))
  await put('one.json', entry('1.0.1'))
  await put('list.json', [entry('9.0.0', 'another'), entry('1.0.2')])
  await put('published.json', { version: '1', agents: [entry('1.0.3')] })
  expect(await registry.find('my-agent', null, 'checkout')).toEqual(entry('1.0.0'))
  expect(await registry.find('my-agent', '1.0.1', 'one.json')).toEqual(entry('1.0.1'))
  expect(await registry.find('my-agent', null, 'list.json')).toEqual(entry('1.0.2'))
  expect(await registry.find('my-agent', null, join(folder, 'published.json'))).toEqual(entry('1.0.3'))
})

test('what a copy has not: which agents and versions it has', async () => {
  const registry = createAcpRegistry({ env: {}, cwd: folder })
  await put('list.json', [entry('1.0.2')])
  await put('empty.json', {})
  await put('checkout/other/agent.json', entry('1.0.0', 'other'))
  await expect(registry.find('no-agent', null, 'list.json')).rejects.toMatchObject({
    code: 'not-found',
    details: { hint: 'it has my-agent' },
  })
  await expect(registry.find('my-agent', '2.0.0', 'list.json')).rejects.toMatchObject({
    code: 'not-found',
    details: { hint: 'it has version 1.0.2' },
  })
  await expect(registry.find('my-agent', null, 'checkout')).rejects.toMatchObject({ code: 'not-found' })
  await expect(registry.find('my-agent', null, 'missing')).rejects.toMatchObject({ code: 'not-found' })
  await writeFile(join(folder, 'bad.json'), 'not JSON')
  await expect(registry.find('my-agent', null, 'bad.json')).rejects.toMatchObject({ code: 'invalid-input' })
})

/** A stand-in for the registry's home, with what it was asked for. */
async function startHome(answers: Readonly<Record<string, unknown>>): Promise<{ base: string; asked: string[] }> {
  const asked: string[] = []
  const started = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? ''}`)
    const answer = answers[request.url ?? '']
    response.statusCode = answer === undefined ? 404 : typeof answer === 'number' ? answer : 200
    response.end(JSON.stringify(answer ?? null))
  })
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  const address = started.address()
  if (address === null || typeof address === 'string') throw new Error('it listens nowhere')
  return { base: `http://127.0.0.1:${address.port}`, asked }
}

test('its home: the newest, and another version by the history of the file', async () => {
  const { base, asked } = await startHome({
    '/files/main/my-agent/agent.json': entry('3.0.0'),
    '/api/commits?path=my-agent%2Fagent.json&per_page=100&page=1': [
      { sha: 'abcdef1' },
      { sha: '../x' },
      { sha: 'abcdef2' },
    ],
    '/files/abcdef1/my-agent/agent.json': entry('2.0.0'),
    '/files/abcdef2/my-agent/agent.json': entry('1.0.0'),
  })
  const home = { files: `${base}/files`, api: `${base}/api` }
  const registry = createAcpRegistry({ env: { GITHUB_TOKEN: 'a-token' }, cwd: folder, home })
  expect(await registry.find('my-agent', null, null)).toEqual(entry('3.0.0'))
  expect(await registry.find('my-agent', '1.0.0', null)).toEqual(entry('1.0.0'))
  expect(asked.every((line) => line.endsWith(' Bearer a-token'))).toBe(true)
  await expect(registry.find('my-agent', '0.1.0', null)).rejects.toMatchObject({ code: 'not-found' })
  await expect(registry.find('no-agent', null, null)).rejects.toMatchObject({ code: 'not-found' })
})

test('a home that refuses or is not there: what to do instead', async () => {
  const { base } = await startHome({ '/files/main/my-agent/agent.json': 403 })
  const refused = createAcpRegistry({ env: {}, cwd: folder, home: { files: `${base}/files`, api: base } })
  await expect(refused.find('my-agent', null, null)).rejects.toMatchObject({
    code: 'disconnected',
    message: expect.stringContaining('it answered with 403') as unknown,
    details: { hint: expect.stringContaining('--ak registry=PATH') as unknown },
  })
  const nobody = createAcpRegistry({ env: {}, cwd: folder, home: { files: 'http://127.0.0.1:9', api: base } })
  await expect(nobody.find('my-agent', null, null)).rejects.toMatchObject({ code: 'disconnected' })
})

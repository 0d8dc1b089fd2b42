import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { proxyVariables } from './client-config.ts'
import { resolveConnection } from './connection.ts'
import { describeEndpoint, parseEndpoint } from './endpoint.ts'

describe('addresses', () => {
  test.each([
    ['unix:///run/x.sock', { kind: 'socket', path: '/run/x.sock' }],
    ['npipe:////./pipe/docker_engine', { kind: 'socket', path: '//./pipe/docker_engine' }],
    ['tcp://10.0.0.1:2375', { kind: 'tcp', host: '10.0.0.1', port: 2375, tls: null }],
    ['tcp://engine.example', { kind: 'tcp', host: 'engine.example', port: 2375, tls: null }],
    ['127.0.0.1:4000', { kind: 'tcp', host: '127.0.0.1', port: 4000, tls: null }],
    ['http://engine.example:80', { kind: 'tcp', host: 'engine.example', port: 80, tls: null }],
    ['tcp://[::1]:99', { kind: 'tcp', host: '::1', port: 99, tls: null }],
  ])('%s', (text, endpoint) => {
    expect(parseEndpoint(text, 'docker', null)).toEqual(endpoint)
  })

  test('over ssh, with a user, a port and another socket', () => {
    expect(parseEndpoint('ssh://me@far.example:2222', 'docker', null)).toEqual({
      kind: 'ssh',
      target: { host: 'far.example', user: 'me', port: 2222 },
      command: ['docker', 'system', 'dial-stdio'],
    })
    expect(parseEndpoint('ssh://far.example/run/user/1/podman.sock', 'podman', null)).toMatchObject({
      command: ['podman', '--url', 'unix:///run/user/1/podman.sock', 'system', 'dial-stdio'],
    })
  })

  test.each(['', 'ftp://x', 'tcp://', 'ssh://-oProxyCommand=x', 'ssh://-x@host', 'unix://', 'a b'])(
    '%j is none',
    (text) => {
      expect(() => parseEndpoint(text, 'docker', null)).toThrow(expect.objectContaining({ code: 'invalid-input' }))
    },
  )

  test.each([
    'unix:///run/x.sock',
    'npipe:////./pipe/docker_engine',
    'tcp://10.0.0.1:2375',
    'ssh://me@far.example:2222',
  ])('%s is shown as it is written', (text) => {
    expect(describeEndpoint(parseEndpoint(text, 'docker', null))).toBe(text)
  })
})

describe('the choice of an engine', () => {
  let home = ''
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'tbcc-home-'))
  })
  afterEach(() => rm(home, { recursive: true }))

  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(home, path)), { recursive: true })
    await writeFile(join(home, path), text)
  }
  const putContext = async (name: string, host: string): Promise<string> => {
    const id = createHash('sha256').update(name).digest('hex')
    await put(
      `.docker/contexts/meta/${id}/meta.json`,
      JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
    )
    return id
  }
  const resolve = async (env: Record<string, string>, program: 'docker' | 'podman' = 'docker') =>
    resolveConnection(program, { env, home, platform: 'linux' })

  test('DOCKER_HOST comes before every context', async () => {
    await putContext('far', 'tcp://far:1')
    const env = { DOCKER_HOST: 'unix:///mine.sock', DOCKER_CONTEXT: 'far' }
    expect(await resolve(env)).toMatchObject({ label: 'unix:///mine.sock', chosenBy: 'DOCKER_HOST' })
  })

  test('DOCKER_CONTEXT comes before the current context', async () => {
    await put('.docker/config.json', '{"currentContext": "near"}')
    await putContext('near', 'unix:///near.sock')
    await putContext('far', 'ssh://me@far')
    expect(await resolve({})).toMatchObject({ label: 'unix:///near.sock' })
    expect(await resolve({ DOCKER_CONTEXT: 'far' })).toMatchObject({ label: 'ssh://me@far' })
  })

  test('a context brings its own keys', async () => {
    const id = await putContext('secure', 'tcp://far:2376')
    for (const name of ['ca', 'cert', 'key']) await put(`.docker/contexts/tls/${id}/docker/${name}.pem`, `the ${name}`)
    const { endpoint, label } = await resolve({ DOCKER_CONTEXT: 'secure' })
    expect(endpoint).toMatchObject({ tls: { ca: 'the ca', cert: 'the cert', key: 'the key', verify: true } })
    expect(label).toBe('tcp://far:2376 (TLS)')
  })

  test('a context that does not exist is named', async () => {
    await expect(resolve({ DOCKER_CONTEXT: 'gone' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('gone') as unknown,
    })
  })

  test('DOCKER_TLS_VERIFY asks for TLS with the keys of DOCKER_CERT_PATH', async () => {
    await put('keys/ca.pem', 'the ca')
    const env = { DOCKER_HOST: 'tcp://far', DOCKER_CERT_PATH: join(home, 'keys') }
    expect((await resolve(env)).endpoint).toMatchObject({ port: 2375, tls: null })
    expect((await resolve({ ...env, DOCKER_TLS_VERIFY: '1' })).endpoint).toMatchObject({
      port: 2376,
      tls: { ca: 'the ca', cert: null, verify: true },
    })
  })

  test('podman has variables and sockets of its own', async () => {
    const env = { DOCKER_HOST: 'unix:///docker.sock', XDG_RUNTIME_DIR: join(home, 'run') }
    await put('run/podman/podman.sock', '')
    const { label } = await resolve(env, 'podman')
    expect(['unix:///run/podman/podman.sock', `unix://${home}/run/podman/podman.sock`]).toContain(label)
    expect(await resolve({ ...env, CONTAINER_HOST: 'ssh://me@far/run/p.sock' }, 'podman')).toMatchObject({
      label: 'ssh://me@far',
    })
    const chosen = { ...env, CONTAINER_HOST: 'ssh://me@far', TBCC_PODMAN_SOCKET: '/mine.sock' }
    expect(await resolve(chosen, 'podman')).toMatchObject({ label: 'unix:///mine.sock' })
  })

  test('a broken configuration is named with its file', async () => {
    await put('.docker/config.json', '{"currentContext": 1}')
    await expect(resolve({})).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('config.json') as unknown,
    })
  })

  test('proxies of the configuration are handed on under both spellings', () => {
    const proxies = {
      default: { httpProxy: 'http://p', noProxy: 'here' },
      'unix:///own.sock': { httpsProxy: 'http://q' },
    }
    expect(proxyVariables({ proxies }, 'unix:///x')).toEqual({
      HTTP_PROXY: 'http://p',
      http_proxy: 'http://p',
      NO_PROXY: 'here',
      no_proxy: 'here',
    })
    expect(proxyVariables({ proxies }, 'unix:///own.sock')).toEqual({
      HTTPS_PROXY: 'http://q',
      https_proxy: 'http://q',
    })
    expect(proxyVariables({}, 'x')).toEqual({})
  })
})

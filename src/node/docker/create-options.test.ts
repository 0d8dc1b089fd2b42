import { expect, test } from 'vitest'
import type { EnvironmentSpec, StartRequest } from '../../core/environment/backend.ts'
import { toCreateBody } from './create-options.ts'
import { fromLabels, isKeptName, toContainerName, toKeptName, toLabels } from './labels.ts'

const spec: EnvironmentSpec = {
  image: 'debian',
  contextDir: '/task/environment',
  hasDockerfile: false,
  buildTag: 'unused',
  forceBuild: false,
  workdir: null,
  env: {},
  cpus: null,
  memoryMb: null,
  network: 'public',
  options: {
    network: null,
    buildNetwork: null,
    hostGateway: false,
    caBundle: null,
    hardening: { pidsLimit: null, noNewPrivileges: false, dropCapabilities: [], readOnlyRoot: false },
  },
}
const labels = {
  jobId: 'job',
  trialId: '01234567-89ab-4def-8000-000000000000',
  owner: { machineId: 'm', bootId: 'b', pid: 7, startTime: '99' },
}
const image = { name: 'debian', id: 'sha256:1', source: 'present', sizeBytes: null, workdir: '/app' } as const

const body = (overrides: Partial<EnvironmentSpec>, isPodman = false) => {
  const request: StartRequest = { spec: { ...spec, ...overrides }, image, name: 'task__x', labels }
  return toCreateBody(request, {
    isPodman,
    label: 'unix:///x',
    config: { proxies: { default: { httpProxy: 'http://p' } } },
  })
}

test('a plain environment has nothing that Harbor’s has not', () => {
  expect(body({ env: { A: 'b=c' } })).toEqual({
    Image: 'debian',
    Cmd: ['sh', '-c', 'sleep infinity'],
    Tty: false,
    Env: ['HTTP_PROXY=http://p', 'http_proxy=http://p', 'A=b=c'],
    Labels: toLabels(labels),
    HostConfig: {},
  })
})

test('limits, networks and hardening are the engine’s settings for them', () => {
  const options = {
    ...spec.options,
    network: 'mine',
    hostGateway: true,
    hardening: { pidsLimit: 9, noNewPrivileges: true, dropCapabilities: ['ALL'], readOnlyRoot: true },
  }
  const created = body({ cpus: 1.5, memoryMb: 512, workdir: '/srv', options })
  expect(created.WorkingDir).toBe('/srv')
  expect(Object.keys(created.Volumes ?? {})).toEqual(
    expect.arrayContaining(['/logs', '/tests', '/solution', '/srv', '/tmp']),
  )
  expect(created.HostConfig).toEqual({
    NanoCpus: 1_500_000_000,
    Memory: 536_870_912,
    NetworkMode: 'mine',
    ExtraHosts: ['host.docker.internal:host-gateway'],
    PidsLimit: 9,
    SecurityOpt: ['no-new-privileges'],
    CapDrop: ['ALL'],
    ReadonlyRootfs: true,
  })
  expect(body({ options }, true).HostConfig).not.toHaveProperty('ExtraHosts')
})

test('a task that asks for no network gets none, whatever else is set', () => {
  const options = { ...spec.options, network: 'host', hostGateway: true }
  expect(body({ network: 'no-network', options }, true).HostConfig).toEqual({ NetworkMode: 'none' })
  expect(body({ network: 'no-network', options }).HostConfig).toMatchObject({ NetworkMode: 'none' })
})

test('without a network it still has an address under its own name, which Podman sees to itself', () => {
  const created = body({ network: 'no-network' })
  expect(created.Hostname).toBe('c0123456789a')
  expect(created.HostConfig).toEqual({ NetworkMode: 'none', ExtraHosts: ['c0123456789a:127.0.0.1'] })
  expect(body({ network: 'no-network' }, true)).not.toHaveProperty('Hostname')
})

test('labels tell who a container belongs to, and incomplete ones tell nothing', () => {
  expect(fromLabels(toLabels(labels))).toEqual(labels)
  for (const missing of Object.keys(toLabels(labels))) {
    const { [missing]: _, ...rest } = toLabels(labels)
    expect(fromLabels(rest)).toBeNull()
  }
})

test('a name tells kept containers from others, whatever a trial is called', () => {
  for (const trial of ['task__abc', 'kept-task', '.kept-x', 'Größe & Maß', '']) {
    const name = toContainerName(trial)
    expect(name).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/)
    expect(isKeptName(name)).toBe(false)
    expect(isKeptName(toKeptName(name))).toBe(true)
    expect(isKeptName(toKeptName(toKeptName(name)))).toBe(true)
  }
})

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { findPlaces } from './cgroup-places.ts'
import { createCgroups } from './cgroups.ts'

describe('where cgroups may be made', () => {
  const V1 = [
    '33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct',
    '35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
    '41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
  ].join('\n')

  test('version 1: below the own cgroup of the controller, seen through the mount', () => {
    const own = '4:memory:/docker/abc/own\n3:cpu,cpuacct:/user\n1:name=systemd:/x\n0::/\n'
    const places = findPlaces(V1, own)
    expect(places.cpu).toEqual([{ version: 1, parent: '/sys/fs/cgroup/cpu,cpuacct/user' }])
    expect(places.memory).toEqual([{ version: 1, parent: '/sys/fs/cgroup/memory/own' }])
    expect(places.pids).toEqual([{ version: 2, parent: '/sys/fs/cgroup/unified' }])
  })

  test('version 1: nowhere where the mount does not show the own cgroup', () => {
    expect(findPlaces(V1.split('\n')[1] ?? '', '4:memory:/elsewhere\n').memory).toEqual([])
  })

  test('version 2: beside the own cgroup, then further up', () => {
    const mount = '30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate'
    const { memory } = findPlaces(mount, '0::/user.slice/user@1000.service/app.slice/shell.scope\n')
    expect(memory.map(({ parent }) => parent)).toEqual([
      '/sys/fs/cgroup/user.slice/user@1000.service/app.slice',
      '/sys/fs/cgroup/user.slice/user@1000.service',
      '/sys/fs/cgroup/user.slice',
      '/sys/fs/cgroup',
    ])
    expect(findPlaces(mount, '0::/\n').cpu).toEqual([{ version: 2, parent: '/sys/fs/cgroup' }])
  })

  test('nowhere without cgroups', () => {
    expect(findPlaces('', '')).toEqual({ cpu: [], memory: [], pids: [] })
  })
})

describe('limits on cgroups of version 2', () => {
  // A folder with the files that are read stands for the kernel's tree, whose controllers not every machine hands out.
  let top = ''
  afterEach(() => {
    rmSync(top, { recursive: true, force: true })
  })

  function places(controllers: string): NonNullable<Parameters<typeof createCgroups>[3]> {
    top = mkdtempSync(join(tmpdir(), 'tbcc-cgroup-'))
    const near = join(top, 'slice')
    mkdirSync(near)
    writeFileSync(join(near, 'cgroup.subtree_control'), controllers)
    writeFileSync(join(near, 'cgroup.procs'), '')
    writeFileSync(join(top, 'cgroup.subtree_control'), '')
    const both = [
      { version: 2, parent: near },
      { version: 2, parent: top },
    ] as const
    return { cpu: both, memory: both, pids: both }
  }

  test('are written where the controllers are handed down, in one folder for all', () => {
    const announced: string[] = []
    const limits = { cpus: 1.5, memoryMb: 64, pids: 10 }
    const cgroups = createCgroups('tbcc-x', limits, (folder) => announced.push(folder), places('cpu memory pids\n'))
    const folder = join(top, 'slice/tbcc-x')
    expect(announced).toEqual([folder])
    expect(cgroups).toMatchObject({
      folders: [folder],
      joinFiles: [join(folder, 'cgroup.procs')],
      enforced: limits,
      notEnforced: [],
    })
    expect(cgroups.views).toEqual([{ source: folder, target: '/sys/fs/cgroup' }])
    const written = ['cpu.max', 'memory.max', 'memory.swap.max', 'pids.max'].map((file) =>
      readFileSync(join(folder, file), 'utf8'),
    )
    expect(written).toEqual(['150000 100000', '67108864', '67108864', '10'])
    expect(cgroups.oomKilled()).toBe(false)
    writeFileSync(join(folder, 'memory.events'), 'oom 3\noom_kill 2\n')
    expect(cgroups.oomKilled()).toBe(true)
  })

  test('that no cgroup takes are named, each with why', () => {
    const cgroups = createCgroups('tbcc-x', { cpus: 2, memoryMb: 512, pids: null }, () => undefined, places('memory\n'))
    expect(cgroups.enforced).toEqual({ cpus: null, memoryMb: 512, pids: null })
    expect(cgroups.notEnforced).toEqual(['2 cpus: there is no cgroup controller for it'])
    rmSync(join(top, 'slice'), { recursive: true })
    writeFileSync(join(top, 'slice'), '')
    expect(
      createCgroups('tbcc-y', { cpus: null, memoryMb: 512, pids: null }, () => undefined, noSlice(top)).notEnforced,
    ).toEqual(['memory 512 MB: no write access to the memory cgroup (ENOTDIR)'])
  })

  function noSlice(folder: string): NonNullable<Parameters<typeof createCgroups>[3]> {
    const broken = [{ version: 1, parent: join(folder, 'slice') }] as const
    return { cpu: broken, memory: broken, pids: broken }
  }
})

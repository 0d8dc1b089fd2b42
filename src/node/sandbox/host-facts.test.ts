import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandCapabilities } from './capabilities.ts'
import { toSystemId } from './host-system.ts'
import { chooseRange } from './id-mapping.ts'
import { mountOptions } from './state-folder.ts'
import { lookUp } from './users.ts'

test('ids for root inside: those set aside for root, else unused ones, and none that are not ours to give', () => {
  const all = '0 0 4294967295\n'
  const subids = 'me:100000:65536\nroot:200000:65536\n'
  expect(chooseRange(all, all, subids, subids)).toBe(200_000)
  expect(chooseRange(all, all, '', '')).toBe(1_879_048_192)
  expect(chooseRange(all, all, subids, 'root:300000:65536\n')).toBe(1_879_048_192)
  expect(chooseRange(all, all, 'root:200000:1000\n', 'root:200000:1000\n')).toBe(1_879_048_192)
  const container = '0 100000 65536\n'
  expect(chooseRange(container, container, subids, subids)).toBeNull()
})

test('capabilities: those of a container, fewer when asked, fewer still for the host’s own root', () => {
  const range = { kind: 'range', firstId: 100_000 } as const
  expect(commandCapabilities(range, [])).toContain('mknod')
  expect(commandCapabilities(range, [])).not.toContain('sys_admin')
  expect(commandCapabilities(range, ['NET_RAW', 'cap_chown'])).not.toContain('net_raw')
  expect(commandCapabilities(range, ['NET_RAW', 'cap_chown'])).not.toContain('chown')
  expect(commandCapabilities(range, ['ALL'])).toEqual([])
  expect(commandCapabilities({ kind: 'none' }, [])).not.toContain('mknod')
  expect(commandCapabilities({ kind: 'self', uid: 0, gid: 0 }, [])).not.toContain('mknod')
})

test('users are those of /etc/passwd, whatever stands in it; any number is a user', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\nbroken\nworker:x:1001:1002:A B:/home/w:/bin/sh\nodd:x:NaN:1::\n'
  expect(lookUp(passwd, 'worker')).toEqual({ uid: 1001, gid: 1002, home: '/home/w' })
  expect(lookUp(passwd, '1001')).toEqual({ uid: 1001, gid: 1002, home: '/home/w' })
  expect(lookUp(passwd, '77')).toEqual({ uid: 77, gid: 0, home: '/' })
  expect(lookUp(passwd, 'odd')).toBeNull()
  expect(lookUp(passwd, 'nobody')).toBeNull()
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, user) => {
      expect(lookUp(text, user)?.uid ?? 0).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('the host’s system as an image id', () => {
  expect(toSystemId('NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n')).toBe('host:debian-12')
  expect(toSystemId('ID=arch\n')).toBe('host:arch')
  expect(toSystemId('')).toBe('host:linux')
})

test('the options of the mount that a folder is on', () => {
  const mountinfo = [
    '1 0 8:1 / / rw,relatime - ext4 /dev/sda rw',
    '2 1 0:5 / /tmp rw,noexec - tmpfs tmpfs rw',
    '3 1 0:6 / /with\\040space ro,nosuid - tmpfs tmpfs rw',
    '4 1 0:7 / /tmp rw,nodev - tmpfs tmpfs rw',
  ].join('\n')
  expect(mountOptions(mountinfo, '/var/tmp')).toEqual(['rw', 'relatime'])
  expect(mountOptions(mountinfo, '/tmp/x')).toEqual(['rw', 'nodev'])
  expect(mountOptions(mountinfo, '/tmpfile')).toEqual(['rw', 'relatime'])
  expect(mountOptions(mountinfo, '/with space/x')).toEqual(['ro', 'nosuid'])
})

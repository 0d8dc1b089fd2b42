import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Container } from '../src/core/environment/backend.ts'
import { run } from './contract/backend-bed.ts'
import { describeOn } from './support/machine.ts'
import { useSandbox, VARIANTS } from './support/sandbox-variants.ts'

/*
 * The security properties that src/node/sandbox/backend.ts claims, tried from inside, in each way of making a sandbox.
 */

describeOn('sandbox', 'from inside a sandbox', () => {
  const secret = `canary-${Math.random().toString(36).slice(2)}`
  const folder = mkdtempSync(join(tmpdir(), 'tbcc-host-'))
  let server: Server

  beforeAll(async () => {
    writeFileSync(join(folder, 'file'), secret)
    process.env['TBCC_TEST_CANARY'] = secret
    server = createServer((socket) => socket.end(secret))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => {
    delete process.env['TBCC_TEST_CANARY']
    rmSync(folder, { recursive: true })
    server.close()
  })

  for (const { name, options } of VARIANTS) {
    describe(name, () => {
      const bed = useSandbox(options)
      const hasUserNamespace = options.userNamespace !== 'never'
      let container: Container
      beforeAll(async () => {
        container = await bed.start()
      })
      const inside = async (command: string) => run(container, command)
      /** Says `allowed` for what should not be possible. */
      const attempt = async (command: string) =>
        (await inside(`(${command}) > /dev/null 2>&1 && echo allowed || echo denied`)).stdout

      test('the host’s files are not there, but for its programs and libraries', async () => {
        const { stdout } = await inside('ls -A /')
        const names = stdout.trim().split('\n')
        const expected = /^(app|bin|dev|etc|lib|lib[0-9]+|libx32|logs|proc|root|sbin|solution|tests|tmp|usr)$/
        expect(names.filter((entry) => !expected.test(entry))).toEqual([])
        for (const path of [
          '/home',
          '/var',
          '/run',
          '/srv',
          '/opt',
          '/boot',
          '/mnt',
          '/var/run/docker.sock',
          // A home may have the name of a folder that every sandbox has.
          ...(['/', '/root', '/tmp'].includes(homedir()) ? [] : [homedir()]),
          join(folder, 'file'),
        ]) {
          expect(await attempt(`test -e ${path}`), path).toBe('denied\n')
        }
        expect((await inside('ls -A /app /logs /root /solution /tests /tmp')).stdout.replace(/\/\w+:|\s/g, '')).toBe('')
      })

      test('of /etc there is what programs need, and no account of the host', async () => {
        const { stdout } = await inside('ls -A /etc; grep -c . /etc/passwd')
        expect(stdout.split('\n').filter((entry) => entry !== '')).toEqual([
          'alternatives',
          'group',
          'hostname',
          'hosts',
          'ld.so.cache',
          'ld.so.preload',
          'mtab',
          'nsswitch.conf',
          'os-release',
          'passwd',
          '3',
        ])
        expect(await attempt('cat /etc/shadow')).toBe('denied\n')
      })

      test('no variable of the host, and no process of it', async () => {
        const env = await run(container, ['env'])
        expect(env.stdout.split('\n').map((line) => line.split('=')[0])).toEqual(
          expect.not.arrayContaining(['TBCC_TEST_CANARY']),
        )
        expect(env.stdout).toContain('HOME=/root\n')
        const names = env.stdout.match(/^\w+(?==)/gm) ?? []
        expect([...names].sort()).toEqual(['FROM_IMAGE', 'HOME', 'PATH', 'PWD', 'SHLVL'])
        const processes = await inside('cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2> /dev/null | tr "\\0" "\\n"')
        expect(processes.stdout).not.toContain(secret)
        expect(processes.stdout).not.toMatch(/vitest/)
        expect((await inside('ls -d /proc/[0-9]* | wc -l')).stdout.trim()).toMatch(/^[2-5]$/)
      })

      test('no network but its own loopback', async () => {
        const address = server.address()
        const port = typeof address === 'object' ? address?.port : null
        expect(await attempt(`exec 3<> /dev/tcp/127.0.0.1/${port}`)).toBe('denied\n')
        expect((await inside('tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "')).stdout).toBe('lo\n')
        const talk = `use IO::Socket::INET; my $l = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die;
          my $c = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $l->sockport) or die; print {$l->accept} "hello\\n"; print scalar <$c>`
        expect((await run(container, ['perl', '-e', talk])).stdout).toBe('hello\n')
      })

      test.each([
        'touch /usr/x',
        'touch /bin/x',
        'touch /lib/x',
        'rm /usr/bin/env',
        'echo x >> /etc/ld.so.cache',
        'echo /tmp/x.so > /etc/ld.so.preload',
      ])('the host’s system cannot be written: %s', async (command) => {
        expect(await attempt(command)).toBe('denied\n')
      })

      test.each([
        'mv /usr /u',
        'mv /lib64 /l',
        'rm -rf /lib64',
        'mv /etc /e',
        'mv /etc/ld.so.preload /etc/p',
        'ln -f /etc/ld.so.preload /etc/p',
        'umount /etc',
        'umount -l /usr',
      ])('nor put out of the way: %s', async (command) => {
        expect(await attempt(command)).toBe('denied\n')
        expect((await inside('echo alive')).stdout).toBe('alive\n')
      })

      test.each([
        'mount -t tmpfs x /tmp',
        'mount -o remount,rw /usr',
        'mount --bind /app /usr',
        'unshare --mount true',
        'nsenter --target 1 --mount true',
        'mknod /tmp/disk b 8 0 && head -c 1 /tmp/disk',
        // Each would do no harm if it went through.
        'cat /proc/sys/vm/swappiness > /proc/sys/vm/swappiness',
        'cat /proc/sys/kernel/core_pattern > /proc/sys/kernel/core_pattern',
        'echo h > /proc/sysrq-trigger',
        'echo > /proc/irq/default_smp_affinity',
        'cat /dev/kmsg',
        'cat /dev/mem',
        'dmesg',
        'chroot / mount -t proc x /tmp',
        'cat /proc/1/environ',
        'ls /proc/1/root/',
        'exec 3<> /dev/tty',
      ])('the kernel does not obey: %s', async (command) => {
        expect(await attempt(command)).toBe('denied\n')
      })

      test.runIf(hasUserNamespace)('no further user namespaces, also not in the host’s stead', async () => {
        expect(await attempt('unshare --user true')).toBe('denied\n')
        expect(await attempt('echo 10 > /proc/sys/user/max_user_namespaces')).toBe('denied\n')
      })

      test('commands have the rights of a container’s root at most, and cannot gain others', async () => {
        const { stdout } = await inside('grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status')
        const effective = BigInt(`0x${/CapEff:\s*(\w+)/.exec(stdout)?.[1]}`)
        const bounding = BigInt(`0x${/CapBnd:\s*(\w+)/.exec(stdout)?.[1]}`)
        // The set of Docker.
        const container = 0xa80425fbn
        expect(effective & ~container).toBe(0n)
        expect(bounding & ~container).toBe(0n)
        expect(stdout).toMatch(/NoNewPrivs:\s*1/)
      })

      test('its first process takes no signal from inside', async () => {
        await inside('kill -KILL 1; kill -STOP 1; kill -TERM 1; kill -KILL -1')
        expect(await container.state()).toMatchObject({ running: true })
        expect((await inside('echo alive')).stdout).toBe('alive\n')
      })

      test('devices are those that every program may use', async () => {
        const { stdout } = await inside(
          'for file in /dev/*; do if [[ ! -L $file && ( -c $file || -b $file ) ]]; then echo "${file#/dev/}"; fi; done',
        )
        expect(stdout.trim().split('\n')).toEqual(['full', 'null', 'random', 'tty', 'urandom', 'zero'])
      })

      test.runIf(bed.facts.users)('a set-uid program gives nothing', async () => {
        await inside('cp /usr/bin/id /tmp/id && chmod 6755 /tmp/id')
        expect((await run(container, '/tmp/id -u', { user: 'nobody' })).stdout).toBe('65534\n')
        expect((await run(container, 'id -u', { user: 'nobody' })).stdout).toBe('65534\n')
      })

      test('what it may write is its own, and gone with it', async () => {
        expect(
          (
            await inside(
              'for place in /app /logs /tests /solution /tmp /root /etc / /dev/shm; do touch "$place/mine" || echo "$place"; done',
            )
          ).stdout,
        ).toBe('')
        const other = await bed.start()
        expect((await run(other, 'find / -xdev -name mine 2> /dev/null | grep -v ^/proc')).stdout).toBe('')
        await other.stop()
      })
    })
  }
})

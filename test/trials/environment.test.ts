import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { ArtifactManifest } from '../../src/contract/harbor/artifact-manifest.ts'
import { useJobs } from '../support/engine.ts'
import { describeOn } from '../support/machine.ts'
import { BACKENDS } from '../support/machine-backends.ts'
import type { TaskText } from '../support/tasks.ts'

/** Says what the machine looks like from inside, one `key=value` a line. */
const LOOK = `
echo "workdir=$PWD"
echo "user=$(id -un)"
echo "interfaces=$(ls /sys/class/net | grep -v '^lo$' | grep -cv '^\\(tunl\\|sit\\|gre\\|ip6\\|erspan\\|ip_vti\\)')"
echo "cpu=$(cat /sys/fs/cgroup/cpu.max 2>/dev/null || echo "$(cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us) $(cat /sys/fs/cgroup/cpu/cpu.cfs_period_us)")"
echo "memory=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes)"
echo "colour=$COLOUR"
echo "tests=$(ls -d /tests /solution 2>/dev/null | tr '\\n' ' ')"
echo yes > /app/done`

function toFacts(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

for (const backend of ['docker', 'podman'] as const) {
  describeOn(backend, `what a task sees on ${backend}`, () => {
    const jobs = useJobs(`seen-${backend}`)

    const look = async (task: TaskText): Promise<Record<string, string>> => {
      const path = await jobs.task({ solution: null, ...task })
      const job = await jobs.run({ tasks: [path], backend, agents: [{ name: 'command', kwargs: { run: LOOK } }] })
      expect(job.of(task.name).record.outcome).toBe('success')
      return toFacts(await job.of(task.name).read('agent/command.txt'))
    }

    test('limits and network are what the task asked for', async () => {
      const facts = await look({
        name: 'limited',
        environment: 'cpus = 1\nmemory_mb = 256',
      })
      expect(facts).toMatchObject({
        cpu: '100000 100000',
        memory: String(256 * 1024 ** 2),
        interfaces: '0',
        workdir: '/app',
        user: 'root',
      })
      expect(facts['tests']?.trim(), 'neither tests nor solution are there').toBe('')
    })

    test('settings of networks that a task without one cannot have are not recorded', async () => {
      const kwargs = { network: 'host', host_gateway: true, pids_limit: 200 }
      const job = await jobs.run({
        tasks: [await jobs.task({ name: 'offline', environment: 'cpus = 1\nmemory_mb = 256' })],
        backend,
        config: { environment: { kwargs } },
      })
      const { record, events } = job.of('offline')
      expect(record.environment).toMatchObject({ network: 'no-network' })
      expect(record.environment?.settings).toEqual({ pids_limit: 200 })
      const started = events.find((event) => event.type === 'container.started')
      expect(record.environment).toMatchObject({ cpus: started?.cpus, memoryMb: started?.memoryMb })
    })

    test('variables and working directory of the task', async () => {
      const facts = await look({ name: 'dressed', network: 'public', toml: '[environment.env]\nCOLOUR = "blue green"' })
      expect(facts).toMatchObject({ colour: 'blue green', workdir: '/app' })
      expect(Number(facts['interfaces'])).toBeGreaterThan(0)
    })
  })
}

describeOn('docker', 'image, overrides and settings', () => {
  const jobs = useJobs('image')

  test('WORKDIR, USER and ENV of the image, and its entrypoint', async () => {
    const dockerfile = `FROM debian:bookworm-slim
LABEL run=${randomUUID()}
RUN useradd --uid 1234 --create-home worker && mkdir /desk && chown worker /desk
RUN printf '#!/bin/sh\\ntouch /desk/entered\\nexec "$@"\\n' > /entry.sh && chmod 755 /entry.sh
ENV COLOUR=red
WORKDIR /desk
USER worker
ENTRYPOINT ["/entry.sh"]
CMD ["false"]
`
    const tests =
      '[ "$(cat /desk/seen)" = "/desk worker red" ] && [ -e /desk/entered ] && echo 1 > /logs/verifier/reward.txt; id -un > /logs/verifier/user.txt'
    const task = await jobs.task({
      name: 'dressed',
      dockerfile,
      solution: 'echo "$PWD $(id -un) $COLOUR" > seen',
      tests,
    })
    const { record, read } = (await jobs.run({ tasks: [task] })).of('dressed')
    expect(record, record.exception?.message).toMatchObject({
      outcome: 'success',
      environment: { workdir: '/desk', imageSource: 'built' },
    })
    expect(await read('verifier/user.txt')).toBe('worker\n')
  })

  test('overrides, hardening and a gateway to the host are applied and recorded', async () => {
    const run = `echo "memory=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes)"
echo "gateway=$(getent hosts host.docker.internal | wc -l)"
echo "privileges=$(grep NoNewPrivs /proc/self/status | tr -dc 0-9)"
echo "capabilities=$(grep CapBnd /proc/self/status | cut -f2)"
touch /etc/changed 2>/dev/null || echo root=read-only
echo yes > /app/done`
    const kwargs = { host_gateway: true, pids_limit: 200, no_new_privileges: true, cap_drop: 'ALL', read_only: true }
    const task = await jobs.task({
      name: 'hardened',
      network: 'public',
      solution: null,
      environment: 'memory_mb = 4096',
    })
    const job = await jobs.run({
      tasks: [task],
      agents: [{ name: 'command', kwargs: { run } }],
      config: { environment: { kwargs, override_memory_mb: 128 } },
    })
    const { record, read } = job.of('hardened')
    const facts = toFacts(
      (await read('agent/command.txt'))
        .split('\n')
        .filter((line) => /^\w+=/.test(line))
        .join('\n'),
    )
    expect(facts).toEqual({
      memory: String(128 * 1024 ** 2),
      gateway: '1',
      privileges: '1',
      capabilities: '0000000000000000',
      root: 'read-only',
    })
    expect(record).toMatchObject({
      outcome: 'success',
      environment: { memoryMb: 128, settings: { ...kwargs, cap_drop: ['ALL'] } },
    })
  })
})

for (const backend of BACKENDS) {
  describeOn(backend, `healthcheck and artifacts on ${backend}`, () => {
    const jobs = useJobs(`extras-${backend}`)

    test('waits until healthy, ends where it never is', async () => {
      const check = (command: string): string =>
        `[environment.healthcheck]\ncommand = '${command}'\ninterval_sec = 0.1\nretries = 3`
      const tasks = [
        await jobs.task({ name: 'healthy', toml: check('echo x >> /app/checks; [ $(wc -l < /app/checks) -ge 3 ]') }),
        await jobs.task({ name: 'ailing', toml: check('echo x >> /app/checks; exit 1') }),
        // Its first check begins in the start period and ends after it: it is free.
        await jobs.task({
          name: 'starting',
          toml: `[environment.healthcheck]\ncommand = '[ -e /app/tried ] || { touch /app/tried; sleep 1.5; exit 1; }'\nstart_period_sec = 1\nretries = 1`,
        }),
        await jobs.task({ name: 'hanging', toml: `${check('sleep 60')}\ntimeout_sec = 1` }),
      ]
      const job = await jobs.run({ tasks, backend })
      expect(job.of('healthy').record).toMatchObject({ outcome: 'success', exception: null })
      const checks = (task: string): number =>
        job.of(task).events.filter((event) => event.type === 'command.started' && event.purpose === 'healthcheck')
          .length
      expect(checks('healthy')).toBe(3)
      expect(job.of('starting').record).toMatchObject({ outcome: 'success', exception: null })
      expect(checks('starting')).toBe(2)
      expect(job.of('ailing').record).toMatchObject({
        outcome: 'error',
        blame: 'infrastructure',
        exception: { type: 'HealthcheckError' },
      })
      expect(checks('ailing')).toBe(3)
      expect(job.of('hanging').record).toMatchObject({ outcome: 'error', exception: { type: 'RuntimeError' } })
    })

    test('artifacts: kept, excluded, missing, overlapping, hooks', async () => {
      const toml = `artifacts = [
  "/app/report",
  { source = "/app/tree", destination = "copy", exclude = ["*.o", "cache"] },
  "/app/never",
  "/app/tree/a.c",
  { source = "/app/other.txt", destination = "copy/other.txt" },
]
[[verifier.collect]]
command = "echo collected > /logs/artifacts/hook.txt"
[[verifier.collect]]
command = "exit 3"`
      const solution = `mkdir -p report tree/cache; echo text > report/r.txt; echo a > tree/a.c; echo o > tree/a.o; echo c > tree/cache/c; echo other > other.txt
ln -s /etc/passwd tree/passwd; ln -s a.c tree/inside; echo yes > done`
      const task = await jobs.task({ name: 'artifacts', solution, files: { 'task.toml': tomlWith(toml) } })
      const { record, read, events } = (await jobs.run({ tasks: [task], backend })).of('artifacts')
      expect(record, record.exception?.message).toMatchObject({ outcome: 'success' })
      const manifest = ArtifactManifest.parse(JSON.parse(await read('artifacts/manifest.json')))
      expect(manifest.map(({ source, destination, status, type }) => [source, destination, status, type])).toEqual([
        ['/logs/artifacts', 'artifacts/logs/artifacts', 'ok', 'directory'],
        ['/app/report', 'artifacts/app/report', 'ok', 'directory'],
        ['/app/tree', 'artifacts/copy', 'ok', 'directory'],
        ['/app/never', 'artifacts/app/never', 'failed', 'file'],
        ['/app/tree/a.c', 'artifacts/app/tree/a.c', 'ok', 'file'],
        ['/app/other.txt', 'artifacts/copy/other.txt', 'skipped', 'file'],
      ])
      expect(await read('artifacts/app/report/r.txt')).toBe('text\n')
      expect(await read('artifacts/copy/a.c')).toBe('a\n')
      expect(await read('artifacts/logs/artifacts/hook.txt')).toBe('collected\n')
      for (const path of ['artifacts/copy/a.o', 'artifacts/copy/cache/c', 'artifacts/copy/passwd'])
        await expect(read(path), path).rejects.toThrow('ENOENT')
      expect(record.findings.find(({ kind }) => kind === 'archive-skipped')?.evidence.join('\n')).toContain('passwd')
      expect(events.some((event) => event.type === 'warning.raised' && event.message.includes('exit 3'))).toBe(true)
    })
  })
}

/** Root keys stand before every table. */
function tomlWith(rootKeys: string): string {
  const at = rootKeys.indexOf('\n[[')
  return `${rootKeys.slice(0, at)}
${rootKeys.slice(at)}
[agent]
timeout_sec = 30
[environment]
docker_image = "debian:bookworm-slim"
workdir = "/app"
network_mode = "no-network"
`
}

import { expect, test } from 'vitest'
import { useJobs, type RanJob } from '../support/engine.ts'
import { describeOn } from '../support/machine.ts'
import { BACKENDS } from '../support/machine-backends.ts'
import { TESTS } from '../support/tasks.ts'
import { beforeTries } from '../support/tries.ts'

/** Each way to win without work, all against a verifier that would give 0; its reward is what must come out. */
const ATTACKS: readonly {
  readonly name: string
  readonly run: string
  readonly kind: string
  readonly evidence: string
  readonly tests?: string
}[] = [
  {
    name: 'reward planted',
    run: `echo '{"reward": 1}' > /logs/verifier/reward.json`,
    kind: 'planted-reward',
    evidence: '/logs/verifier/reward.json',
  },
  {
    name: 'reward planted below a folder of its name',
    run: 'mkdir /logs/verifier/reward.txt; echo 1 > /logs/verifier/reward.txt/reward.txt',
    kind: 'planted-reward',
    evidence: '/logs/verifier/reward.txt',
  },
  {
    name: 'file planted in /tests',
    run: 'mkdir -p /tests; echo "exit 0" > /tests/helper.sh',
    tests: 'if [ -e /tests/helper.sh ]; then echo 1; else echo 0; fi > /logs/verifier/reward.txt',
    kind: 'planted-test',
    evidence: '/tests/helper.sh',
  },
  {
    name: '/tests a link to a folder of the agent',
    run: 'mkdir /mine; echo "exit 0" > /mine/helper.sh; rm -rf /tests; ln -s /mine /tests',
    tests: 'if [ -e /tests/helper.sh ] || [ -L /tests ]; then echo 1; else echo 0; fi > /logs/verifier/reward.txt',
    kind: 'planted-test',
    evidence: '/tests',
  },
  {
    name: '/logs/verifier a link',
    run: `mkdir /mine; echo '{"reward": 1}' > /mine/reward.json; rm -rf /logs/verifier; ln -s /mine /logs/verifier`,
    kind: 'planted-reward',
    evidence: '/logs/verifier',
  },
  {
    name: '/logs a link',
    run: `mkdir -p /mine/verifier /mine/agent /mine/artifacts; echo '{"reward": 1}' > /mine/verifier/reward.json; rm -rf /logs; ln -s /mine /logs`,
    kind: 'planted-reward',
    evidence: '/logs',
  },
  {
    name: 'reward.txt a link to a file of the agent',
    run: 'echo 1 > /mine; ln -s /mine /logs/verifier/reward.txt; chmod a-w /mine',
    kind: 'planted-reward',
    evidence: '/logs/verifier/reward.txt',
  },
]

const HONEST = { name: 'honest work', run: 'echo yes > /app/done; echo note > /logs/agent/notes.txt' }
const UNSCORED = { name: 'no reward after all', run: 'echo 1 > /logs/verifier/reward.txt', tests: 'exit 1' }

/** The name of a task folder for a sentence. */
function slug(name: string): string {
  return name.replaceAll(/\W+/g, '-').replace(/^-/, '')
}

for (const backend of BACKENDS) {
  describeOn(backend, `tampering on ${backend}`, () => {
    const jobs = useJobs(`tampering-${backend}`)
    let job: RanJob

    beforeTries(async () => {
      const tasks: string[] = []
      for (const { name, run, tests = TESTS } of [...ATTACKS, UNSCORED, { ...HONEST, tests: TESTS }]) {
        tasks.push(await jobs.task({ name: slug(name), solution: run, tests }))
      }
      job = await jobs.run({ tasks, backend, config: { n_concurrent_trials: 4 } })
    })

    test.each(ATTACKS)('$name: taken away, told, and without effect', ({ name, kind, evidence }) => {
      const { record, events } = job.of(slug(name))
      expect(record).toMatchObject({ outcome: 'failure', blame: 'agent', reward: 0, exception: null })
      const finding = record.findings.find((found) => found.kind === kind)
      expect(finding?.evidence.join('\n') ?? 'no such finding', JSON.stringify(record.findings)).toContain(evidence)
      expect(events.filter((event) => event.type === 'finding.made').map((event) => event.finding)).toEqual(
        record.findings,
      )
    })

    test('a verifier that gives no reward after tampering is charged to the agent', () => {
      const { record } = job.of(slug(UNSCORED.name))
      expect(record).toMatchObject({
        outcome: 'error',
        blame: 'agent',
        reward: null,
        exception: { type: 'RewardFileNotFoundError' },
      })
    })

    test('honest work is not suspected', () => {
      expect(job.of(slug(HONEST.name)).record).toMatchObject({ outcome: 'success', findings: [] })
    })
  })
}

describeOn('docker', "an image's own tests", () => {
  const jobs = useJobs('image-tests')
  const dockerfile =
    'FROM debian:bookworm-slim\nWORKDIR /app\nRUN mkdir /tests && echo 0 > /tests/expected && echo keep > /tests/kept\n'
  const tests = '[ "$(cat /tests/kept)" = keep ] && cat /tests/expected > /logs/verifier/reward.txt'

  test('they stay, and a change of them is told', async () => {
    const task = await jobs.task({ name: 'own-tests', dockerfile, tests })
    const agents = ['echo 1 > /tests/expected', 'true'].map((run) => ({ name: 'command', kwargs: { run } }))
    const { trials } = await jobs.run({ tasks: [task], agents })
    const findings = trials.map(({ record }) => record.findings.map(({ kind, evidence }) => ({ kind, evidence })))
    expect(findings).toEqual([[{ kind: 'modified-test', evidence: ['/tests/expected'] }], []])
    expect(trials.map(({ record }) => record.reward)).toEqual([1, 0])
  })
})

for (const backend of ['docker', 'podman'] as const) {
  describeOn(backend, `an image's own logs on ${backend}`, () => {
    const jobs = useJobs(`image-logs-${backend}`)
    const dockerfile = `FROM debian:bookworm-slim
WORKDIR /app
RUN mkdir -p /logs/verifier/old /logs/agent /logs/artifacts && echo old > /logs/agent/old.txt && echo old > /logs/artifacts/old.txt
RUN echo '{"reward": 1}' > /logs/verifier/reward.json && echo old > /logs/verifier/old/file
`
    const tests =
      'ls -A /logs/verifier > /app/left; cp /app/left /logs/verifier/left.txt; echo 0 > /logs/verifier/reward.txt'

    test('are hidden from agent and verdict, and what is put in their place is planted', async () => {
      const task = await jobs.task({ name: 'own-logs', solution: null, dockerfile, tests })
      const honest = 'find /logs -type f'
      const planting = `echo '{"reward": 1}' > /logs/verifier/reward.json`
      const agents = [honest, planting].map((run) => ({ name: 'command', kwargs: { run } }))
      const { trials } = await jobs.run({ tasks: [task], backend, agents })
      const ends = trials.map(({ record: { reward, findings } }) => [reward, ...findings.map(({ kind }) => kind)])
      expect(ends).toEqual([[0], [0, 'planted-reward']])
      for (const { read } of trials) {
        expect(await read('verifier/left.txt')).toBe('test-stdout.txt\n')
        await expect(read('agent/old.txt')).rejects.toThrow('ENOENT')
        await expect(read('artifacts/logs/artifacts/old.txt')).rejects.toThrow('ENOENT')
      }
      expect(trials[0]?.output).not.toContain('old')
    })
  })
}

describeOn('docker', "what an image's entrypoint wrote below /logs", () => {
  const jobs = useJobs('entrypoint-logs')

  test('stays, as beside the mounts of Harbor', async () => {
    const task = await jobs.task({
      name: 'service',
      dockerfile: `FROM debian:bookworm-slim
WORKDIR /app
RUN mkdir -p /logs/agent && echo old > /logs/agent/old.txt
RUN printf '#!/bin/sh\\nmkdir -p /logs/artifacts && echo up > /logs/artifacts/service.log\\nexec "$@"\\n' > /start.sh && chmod 755 /start.sh
ENTRYPOINT ["/start.sh"]
`,
    })
    const { read, record } = (await jobs.run({ tasks: [task] })).of('service')
    expect(record, record.exception?.message).toMatchObject({ outcome: 'success' })
    expect(await read('artifacts/logs/artifacts/service.log')).toBe('up\n')
    await expect(read('agent/old.txt')).rejects.toThrow('ENOENT')
  })
})

describeOn('docker', 'a read-only root', () => {
  const jobs = useJobs('read-only-root')

  test('what is planted in its writable folders is taken away all the same', async () => {
    const task = await jobs.task({
      name: 'target',
      solution: null,
      tests: 'echo 0 > /logs/verifier/reward.txt; ls /tests > /logs/verifier/tests.txt',
    })
    const run = `echo '{"reward": 1}' > /logs/verifier/reward.json; echo x > /tests/helper.sh`
    const job = await jobs.run({
      tasks: [task],
      agents: [{ name: 'command', kwargs: { run } }],
      config: { environment: { kwargs: { read_only: true } } },
    })
    const { record, read } = job.of('target')
    expect(record, record.exception?.message).toMatchObject({ outcome: 'failure', reward: 0 })
    expect(await read('verifier/tests.txt')).toBe('test.sh\n')
    expect(record.findings.map(({ kind }) => kind).sort()).toEqual(['planted-reward', 'planted-test'])
  })
})

for (const backend of ['docker', 'podman'] as const) {
  describeOn(backend, `volumes of an image's own on ${backend}`, () => {
    const jobs = useJobs(`own-volumes-${backend}`)

    test('what is planted in them is taken away all the same, and what the image has in them stays', async () => {
      const task = await jobs.task({
        name: 'target',
        solution: null,
        dockerfile: `FROM debian:bookworm-slim
WORKDIR /app
RUN mkdir -p /tests /logs/verifier && echo own > /tests/own.txt && echo own > /tests/changed.txt
VOLUME ["/tests", "/logs/verifier"]
`,
        tests: 'echo 0 > /logs/verifier/reward.txt; ls /tests > /logs/verifier/tests.txt',
      })
      const run = `echo '{"reward": 1}' > /logs/verifier/reward.json; echo x > /tests/helper.sh; echo x > /tests/changed.txt`
      const { record, read } = (
        await jobs.run({ tasks: [task], backend, agents: [{ name: 'command', kwargs: { run } }] })
      ).of('target')
      expect(record, record.exception?.message).toMatchObject({ outcome: 'failure', reward: 0 })
      expect(await read('verifier/tests.txt')).toBe('changed.txt\nown.txt\ntest.sh\n')
      const found = record.findings.map(({ kind, evidence }) => [kind, ...evidence])
      expect(found).toEqual([
        ['planted-reward', '/logs/verifier/reward.json'],
        ['planted-test', '/tests/helper.sh'],
        ['modified-test', '/tests/changed.txt'],
      ])
    })
  })

  describeOn(backend, `a verifier's place that cannot be cleared on ${backend}`, () => {
    const jobs = useJobs(`not-cleared-${backend}`)

    test('gives no verdict', async () => {
      const tests = 'if [ -e /tests/helper.sh ]; then echo 1; else echo 0; fi > /logs/verifier/reward.txt'
      const task = await jobs.task({ name: 'target', solution: null, tests })
      const run = `echo x > /tests/helper.sh; printf '#!/bin/sh\\nexit 0\\n' > /usr/bin/rm`
      const { record } = (
        await jobs.run({
          tasks: [task],
          backend,
          agents: [{ name: 'command', kwargs: { run: `mkdir -p /tests; ${run}` } }],
        })
      ).of('target')
      expect(record).toMatchObject({ reward: null, exception: { type: 'RuntimeError', phase: 'verification' } })
      expect(record.exception?.message).toMatch(/could not be cleared/)
    })
  })
}

import { expect, test } from 'vitest'
import type { StoredEvent } from '../../src/contract/events.ts'
import { useJobs, type RanJob } from '../support/engine.ts'
import { docker } from '../support/engine-clients.ts'
import { describeOn } from '../support/machine.ts'
import type { TaskText } from '../support/tasks.ts'
import { beforeTries } from '../support/tries.ts'

/** How a verifier of the benchmark begins, on a machine without a way out. */
const FETCHING = `
apt-get update
apt-get install -y curl
curl -LsSf https://example.invalid/uv/install.sh | sh
source $HOME/.local/bin/env
uvx -p 3.13 -w pytest==8.4.1 pytest --ctrf /logs/verifier/ctrf.json /tests/test_outputs.py -rA
if [ $? -eq 0 ]; then echo 1; else echo 0; fi > /logs/verifier/reward.txt`

const REPORT = '{"results": {"tests": [{"name": "one", "status": "failed"}]}}'

const TOOLS: readonly TaskText[] = [
  // Each of its tools looks for names in vain, for as long as it likes.
  { name: 'cannot-fetch', tests: FETCHING, verifierTimeout: 300 },
  { name: 'cannot-fetch-and-no-reward', tests: 'uvx pytest' },
  {
    name: 'fetched-by-the-tests',
    tests: `curl https://example.invalid; echo '${REPORT}' > /logs/verifier/ctrf.json; echo 0 > /logs/verifier/reward.txt`,
  },
  // What curl says of a service that does not run; the image has no curl.
  {
    name: 'service-does-not-answer',
    tests: `echo "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect to server" >&2; echo 0 > /logs/verifier/reward.txt`,
  },
  { name: 'measured-some', tests: 'uvx pytest; echo 0.5 > /logs/verifier/reward.txt' },
  { name: 'passed-all-the-same', tests: 'curl https://example.invalid; echo 1 > /logs/verifier/reward.txt' },
]

describeOn('docker', "a verifier's own tools", () => {
  const jobs = useJobs('verifier-tools')
  let job: RanJob

  beforeTries(async () => {
    const tasks: string[] = []
    for (const task of TOOLS) tasks.push(await jobs.task(task))
    job = await jobs.run({ tasks, config: { n_concurrent_trials: 4 } })
  })

  test('what could not be fetched is infrastructure, with the lines that show it', () => {
    const { record } = job.of('cannot-fetch')
    expect(record).toMatchObject({ outcome: 'error', blame: 'infrastructure', reward: 0, exception: null })
    const shown = record.evidence.join('\n')
    expect(shown).toContain('Temporary failure resolving')
    expect(record.findings.map(({ kind }) => kind)).toEqual(['verifier-tools-unreachable'])
    expect(job.report.rates.judged, 'it is not judged').toBeLessThan(job.trials.length)
  })

  test('so is it without any reward', () => {
    const { record } = job.of('cannot-fetch-and-no-reward')
    expect(record).toMatchObject({
      outcome: 'error',
      blame: 'infrastructure',
      exception: { type: 'RewardFileNotFoundError' },
    })
    expect(record.evidence.join('\n')).toContain('uvx: command not found')
  })

  test('but not where tests ran, measured or passed, or asked the work itself', () => {
    expect(job.of('fetched-by-the-tests').record).toMatchObject({ outcome: 'failure', blame: 'agent', findings: [] })
    const missing = ['service-does-not-answer', 'measured-some'].map((task) => job.of(task).record)
    for (const record of missing) expect(record).toMatchObject({ outcome: 'failure', blame: 'agent', findings: [] })
    expect(job.of('passed-all-the-same').record).toMatchObject({ outcome: 'success', findings: [] })
  })
})

describeOn('docker', 'environments that do not come to be', () => {
  const jobs = useJobs('no-environment')
  let job: RanJob

  beforeTries(async () => {
    const tasks = [
      // Nothing listens on port 1: the engine is refused at once, and no name has to be resolved.
      await jobs.task({ name: 'image-missing', image: '127.0.0.1:1/tbcc/missing:1' }),
      await jobs.task({
        name: 'build-fails',
        dockerfile: 'FROM debian:bookworm-slim\nRUN echo the-reason >&2; exit 9\n',
      }),
      await jobs.task({ name: 'dockerfile-wrong', dockerfile: 'FROM debian:bookworm-slim\nNONSENSE yes\n' }),
      await jobs.task({ name: 'runs' }),
    ]
    job = await jobs.run({ tasks })
  })

  test.each([
    ['image-missing', '127.0.0.1:1/tbcc/missing:1', '127.0.0.1:1'],
    ['build-fails', 'build', 'the-reason'],
    ['dockerfile-wrong', 'build', 'NONSENSE'],
  ])('%s: says why, and is charged to nobody who could not help it', async (task, message, detail) => {
    const { record, read } = job.of(task)
    expect(record).toMatchObject({ outcome: 'error', blame: 'infrastructure', reward: null })
    expect(record.exception).toMatchObject({ type: 'RuntimeError', phase: 'environment-setup' })
    expect(record.exception?.message).toContain(message)
    expect(await read('exception.txt')).toContain(detail)
  })

  test('the other tasks run', () => {
    expect(job.of('runs').record.outcome).toBe('success')
    expect(job.report.allJudged).toBe(false)
  })
})

describeOn('docker', 'containers that end before their time', () => {
  const jobs = useJobs('ended-early')

  /** Does something to the container as soon as the solution runs. */
  const interfere = (act: (containerId: string) => Promise<unknown>) => {
    let containerId = ''
    const acts: Promise<unknown>[] = []
    const onEvent = (_trial: string | null, event: StoredEvent): void => {
      if (event.type === 'container.started') containerId = event.containerId
      if (event.type === 'command.started' && event.purpose === 'solution') acts.push(act(containerId))
    }
    return { onEvent, settled: async () => Promise.all(acts) }
  }

  test('killed from outside', async () => {
    const { onEvent, settled } = interfere(async (id) => docker.getContainer(id).kill())
    const task = await jobs.task({ name: 'killed', solution: 'sleep 100' })
    const { record, events } = (await jobs.run({ tasks: [task], onEvent })).of('killed')
    await settled()
    expect(record).toMatchObject({ outcome: 'error', blame: 'infrastructure', exception: { phase: 'agent-execution' } })
    expect(events.find((event) => event.type === 'container.stopped')).toMatchObject({
      exitCode: 137,
      oomKilled: false,
      kept: false,
    })
  })

  test('removed from outside', async () => {
    const { onEvent, settled } = interfere(async (id) => docker.getContainer(id).remove({ force: true }))
    const task = await jobs.task({ name: 'removed', solution: 'sleep 100' })
    const { record } = (await jobs.run({ tasks: [task], onEvent })).of('removed')
    await settled()
    expect(record).toMatchObject({ outcome: 'error', blame: 'infrastructure', exception: { phase: 'agent-execution' } })
  })

  test('out of memory: told, with the limit', async () => {
    const task = await jobs.task({
      name: 'hungry',
      environment: 'memory_mb = 64',
      solution: 'head -c 300m /dev/zero | tail; echo survived > /app/done',
    })
    const { record } = (await jobs.run({ tasks: [task] })).of('hungry')
    expect(record.findings.map(({ kind, message }) => `${kind}: ${message}`).join('\n')).toMatch(
      /^out-of-memory: .*64 MB/,
    )
    expect(record).toMatchObject({ outcome: 'failure', blame: 'agent', reward: 0 })
  })
})

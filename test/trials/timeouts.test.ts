import { expect, test } from 'vitest'
import { useJobs, type RanJob } from '../support/engine.ts'
import { describeOn } from '../support/machine.ts'
import { BACKENDS } from '../support/machine-backends.ts'
import { beforeTries } from '../support/tries.ts'

/** Seconds: far more than a busy machine takes to put a script into the container and to begin it. */
const LIMIT = 20

/** Ignores TERM, and leaves the same in a session of its own; both go on writing as long as they live. */
const STUBBORN = `
trap '' TERM HUP INT
setsid bash -c 'trap "" TERM HUP INT; while :; do echo stubborn-child >> /app/late; sleep 0.05; done' &
while :; do echo stubborn-parent >> /app/late; sleep 0.05; done`

/** Reward 1 where nothing writes any more; what still runs is kept. */
const QUIET = `
for file in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < "$file"; echo; done > /logs/verifier/processes.txt 2>/dev/null
before=$(wc -c < /app/late); sleep 0.6; after=$(wc -c < /app/late)
if [ "$before" = "$after" ]; then echo 1; else echo 0; fi > /logs/verifier/reward.txt`

for (const backend of BACKENDS) {
  describeOn(backend, `timeouts on ${backend}`, () => {
    const jobs = useJobs(`timeouts-${backend}`)
    let job: RanJob

    beforeTries(async () => {
      const tasks = [
        await jobs.task({ name: 'stubborn', solution: STUBBORN, tests: QUIET, agentTimeout: LIMIT }),
        await jobs.task({ name: 'slow', solution: 'echo begun; sleep 300', agentTimeout: LIMIT }),
        await jobs.task({
          name: 'slow-tests',
          tests: 'echo begun; echo partial > /logs/verifier/notes.txt; sleep 300',
          verifierTimeout: LIMIT,
        }),
      ]
      job = await jobs.run({ tasks, backend, config: { n_concurrent_trials: 3 } })
    })

    test('what ignores TERM is gone before the tests run, whatever its session', async () => {
      const { record, read } = job.of('stubborn')
      expect(record.exception).toMatchObject({ type: 'AgentTimeoutError', phase: 'agent-execution' })
      expect(await read('verifier/processes.txt')).not.toContain('stubborn')
      // The work counts although the time ran out.
      expect(record).toMatchObject({ outcome: 'success', blame: null, reward: 1 })
    })

    test('a timeout with unfinished work is charged to the agent, and its output kept', async () => {
      const { record, output, read } = job.of('slow')
      expect(record).toMatchObject({ outcome: 'timeout', blame: 'agent', reward: 0 })
      expect(await read('agent/oracle.txt')).toBe('begun\n')
      expect(output).toContain('begun')
      const ended = job.of('slow').events.filter((event) => event.type === 'command.finished')
      expect(ended.some((event) => event.cancelled && event.exitCode === null)).toBe(true)
    })

    test('a verifier that does not end is charged to the task, and its logs kept', async () => {
      const { record, read } = job.of('slow-tests')
      expect(record).toMatchObject({ outcome: 'error', blame: 'task', reward: null })
      expect(record.exception).toMatchObject({ type: 'VerifierTimeoutError', phase: 'verification' })
      expect(await read('verifier/notes.txt')).toBe('partial\n')
      expect(await read('verifier/test-stdout.txt')).toBe('begun\n')
    })
  })
}

describeOn('docker', 'timeouts before the agent runs', () => {
  const jobs = useJobs('early-timeouts')

  test('setup of the agent', async () => {
    const script = await jobs.task({ name: 'plain', files: { 'setup.sh': 'echo preparing; sleep 300\n' } })
    const agents = [
      { name: 'command', kwargs: { run: 'true', setup: `${script}/setup.sh` }, override_setup_timeout_sec: LIMIT },
    ]
    const { record, read, events } = (await jobs.run({ tasks: [script], agents })).of('plain')
    expect(record).toMatchObject({
      outcome: 'error',
      blame: 'infrastructure',
      exception: { type: 'AgentSetupTimeoutError', phase: 'agent-setup' },
    })
    expect(await read('agent/setup.txt')).toContain('preparing')
    const hints = events.flatMap((event) => (event.type === 'warning.raised' ? [event.hint] : []))
    expect(hints).toEqual([expect.stringContaining('--agent-setup-timeout-multiplier')])
    expect(events.some((event) => event.type === 'phase.started' && event.phase === 'agent-execution')).toBe(false)
  })

  test('start of the environment', async () => {
    const dockerfile = `FROM debian:bookworm-slim\nRUN echo ${Date.now()} && sleep 60\n`
    const task = await jobs.task({ name: 'slow-build', dockerfile, environment: 'build_timeout_sec = 2' })
    const { record } = (await jobs.run({ tasks: [task] })).of('slow-build')
    expect(record).toMatchObject({
      outcome: 'error',
      blame: 'infrastructure',
      exception: { type: 'EnvironmentStartTimeoutError' },
    })
    expect(record.environment?.containerId ?? null).toBeNull()
  })

  test('multipliers stretch and shrink the limits of the task', async () => {
    const task = await jobs.task({ name: 'short', solution: 'sleep 1.5; echo yes > /app/done', agentTimeout: 1 })
    const stretched = await jobs.run({
      tasks: [task],
      config: {
        timeout_multiplier: 0.01,
        agent_timeout_multiplier: 20,
        verifier_timeout_multiplier: 1,
        environment_build_timeout_multiplier: 1,
      },
    })
    expect(stretched.of('short').record).toMatchObject({ outcome: 'success' })
    const shrunk = await jobs.run({ tasks: [task], config: { agent_timeout_multiplier: 0.5 } })
    expect(shrunk.of('short').record).toMatchObject({ outcome: 'timeout', blame: 'agent' })
    expect(shrunk.of('short').record.exception?.message).toContain('0.5 seconds')
  })
})

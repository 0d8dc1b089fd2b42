import { afterAll, expect, test } from 'vitest'
import type { StoredEvent } from '../../src/contract/events.ts'
import { docker } from '../support/engine-clients.ts'
import { plainEnv, useJobs, type JobRequest } from '../support/engine.ts'
import { openInterferingFront, type InterferingFront } from '../support/interfering-front.ts'
import { describeOn, dockerSocket } from '../support/machine.ts'

/** Seconds: far more than a busy machine takes to put the tests into the container and to run them. */
const LIMIT = 4

/** Does something as soon as the tests run, with the container's id. */
function whenTesting(act: (containerId: string) => unknown) {
  let containerId = ''
  const acts: unknown[] = []
  const onEvent = (_trial: string | null, event: StoredEvent): void => {
    if (event.type === 'container.started') containerId = event.containerId
    if (event.type === 'command.started' && event.purpose === 'tests') acts.push(act(containerId))
  }
  return { onEvent, settled: async () => Promise.all(acts) }
}

function warningsOf(events: readonly StoredEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'warning.raised' ? [event.message] : []))
}

describeOn('docker', 'a trial that ends after its agent ran out of time', () => {
  const jobs = useJobs('cut-short')
  const task = async (name: string) =>
    jobs.task({ name, solution: 'sleep 300', tests: 'sleep 300', agentTimeout: 1, verifierTimeout: 2 * LIMIT })

  test('stopped before there is a verdict: aborted, and run again by a resume', async () => {
    const cancel = new AbortController()
    const { onEvent } = whenTesting(() => cancel.abort())
    const job = await jobs.run({ tasks: [await task('stopped')], signals: { cancel: cancel.signal }, onEvent })
    const { record, events, read } = job.of('stopped')
    expect(record).toMatchObject({
      outcome: 'aborted',
      blame: 'user',
      reward: null,
      exception: { type: 'AgentTimeoutError', phase: 'agent-execution' },
    })
    expect(record.evidence.map((line) => line.split(':')[0])).toEqual(['AgentTimeoutError', 'CancelledError'])
    expect(warningsOf(events)).toEqual([expect.stringContaining('there is no verdict')])
    // Harbor keeps the first exception, too.
    expect(JSON.parse(await read('result.json'))).toMatchObject({
      verifier_result: null,
      exception_info: { exception_type: 'AgentTimeoutError' },
    })
    expect(job.report.state).toBe('cancelled')

    const again = await jobs.resume(job.name)
    expect(again.events.filter(({ type }) => type === 'trial.replaced')).toMatchObject([{ reason: 'force' }])
    expect(again.of('stopped').record).toMatchObject({ outcome: 'timeout', blame: 'agent', replaced: 1 })
  })

  test('its container gone before there is a verdict: not charged to the agent', async () => {
    const { onEvent, settled } = whenTesting(async (id) => docker.getContainer(id).kill())
    const { record, events } = (await jobs.run({ tasks: [await task('gone')], onEvent })).of('gone')
    await settled()
    expect(record).toMatchObject({
      outcome: 'timeout',
      blame: 'infrastructure',
      reward: null,
      exception: { type: 'AgentTimeoutError' },
    })
    expect(warningsOf(events)).toEqual([expect.stringContaining('there is no verdict')])
  })
})

describeOn('docker', 'artifacts of a trial that ended before they were collected', () => {
  const jobs = useJobs('recovered')
  const begin = 'mkdir -p /logs/artifacts; echo some > /logs/artifacts/part.txt; echo own > /app/own.txt'
  const toml = [
    '[[verifier.collect]]',
    'command = "echo late > /logs/artifacts/hook.txt"',
    '[[verifier.collect]]',
    'command = "exit 7"',
  ].join('\n')
  const ended = async (request: JobRequest) => {
    const { record, events, read } = (await jobs.run({ ...request, config: { artifacts: ['/app/own.txt'] } })).of(
      'left',
    )
    const paths = ['logs/artifacts/part.txt', 'logs/artifacts/hook.txt', 'app/own.txt']
    const contents = await Promise.all(paths.map(async (path) => read(`artifacts/${path}`)))
    const manifest: unknown = JSON.parse(await read('artifacts/manifest.json'))
    const result: unknown = JSON.parse(await read('result.json'))
    expect(manifest).toMatchObject([{ status: 'ok' }, { source: '/app/own.txt', status: 'ok' }])
    expect(contents).toEqual(['some\n', 'late\n', 'own\n'])
    // What fails while there is something to recover is told; the first exception stays.
    expect(warningsOf(events)).toEqual([expect.stringContaining('ended with exit code 7')])
    expect(result).toMatchObject({ exception_info: { exception_type: record.exception?.type } })
    expect(events.some((event) => event.type === 'command.started' && event.purpose === 'tests')).toBe(false)
    expect(await read('trial.log')).toMatch(
      / ERROR .*\n(?:.*\n)*.* WARNING .*exit code 7\n(?:.*\n)*.* INFO trial finished: \w+\n$/,
    )
    return record
  }

  test('stopped while its agent runs', async () => {
    const cancel = new AbortController()
    const solution = `${begin}; echo under-way; sleep 300`
    const task = await jobs.task({ name: 'left', solution, toml, agentTimeout: 300 })
    const record = await ended({
      tasks: [task],
      signals: { cancel: cancel.signal },
      onEvent: (_trial, event) => {
        if (event.type === 'output.written' && event.phase === 'agent-execution') cancel.abort()
      },
    })
    expect(record).toMatchObject({ outcome: 'aborted', exception: { type: 'CancelledError' } })
  })

  test('failed before its agent ran', async () => {
    const task = await jobs.task({ name: 'left', solution: null, toml, files: { 'setup.sh': `${begin}; exit 4\n` } })
    const kwargs = { setup: `${task}/setup.sh`, run: 'true' }
    const record = await ended({ tasks: [task], agents: [{ name: 'command', kwargs }] })
    expect(record).toMatchObject({ outcome: 'error', reward: null, exception: { phase: 'agent-setup' } })
  })
})

describeOn('docker', 'an engine that is slow or refuses', () => {
  const jobs = useJobs('obstructed')
  const fronts: InterferingFront[] = []
  afterAll(async () => {
    for (const front of fronts) await front[Symbol.asyncDispose]()
  })

  const engineBehind = async (interfere: InterferingFront['interfere']) => {
    const front = await openInterferingFront(dockerSocket)
    front.interfere = interfere
    fronts.push(front)
    return jobs.open({ ...plainEnv, DOCKER_HOST: front.host })
  }

  test('a container that cannot be removed is told, and the verdict stands', async () => {
    const refused = new Set<string>()
    const engine = await engineBehind((method, path) => {
      const id = /\/containers\/([^/?]+)/.exec(path)?.[1]
      if (method !== 'DELETE' || id === undefined) return null
      refused.add(id)
      // As a plugin for authorization does.
      return { kind: 'answer', status: 403, body: '{"message": "removing is not allowed here"}' }
    })
    try {
      const tasks = [
        await jobs.task({ name: 'solved' }),
        await jobs.task({ name: 'not-solved', solution: 'echo no > /app/done' }),
      ]
      const job = await jobs.run({ tasks, engine, config: { retry: { max_retries: 1 } } })
      expect(job.of('solved').record).toMatchObject({ outcome: 'success', exception: null, replaced: 0 })
      expect(job.of('not-solved').record).toMatchObject({ outcome: 'failure', blame: 'agent', exception: null })
      for (const { events } of job.trials) {
        expect(warningsOf(events)).toEqual([expect.stringMatching(/could not be removed: .*not allowed here/)])
        expect(events.some(({ type }) => type === 'container.stopped')).toBe(false)
      }
      expect(refused.size).toBe(2)
    } finally {
      for (const id of refused) await docker.getContainer(id).remove({ force: true, v: true })
    }
  })

  test('a container that is gone when its agent is ended leaves the timeout what it was', async () => {
    let solutionMs = Number.POSITIVE_INFINITY
    let containerId = ''
    const limitOver = Promise.withResolvers<void>()
    // What is asked around the end of the limit ends the agent.
    const engine = await engineBehind((method) =>
      method === 'POST' && performance.now() > solutionMs + (LIMIT - 1) * 1000
        ? { kind: 'wait', until: limitOver.promise }
        : null,
    )
    const onEvent = (_trial: string | null, event: StoredEvent): void => {
      if (event.type === 'container.started') containerId = event.containerId
      if (event.type !== 'command.started' || event.purpose !== 'solution') return
      solutionMs = performance.now()
      const kill = async (): Promise<void> => {
        await docker.getContainer(containerId).kill()
      }
      setTimeout(() => void kill().then(limitOver.resolve, limitOver.reject), (LIMIT + 0.5) * 1000)
    }
    const task = await jobs.task({ name: 'gone-late', solution: 'sleep 300', agentTimeout: LIMIT })
    const { record } = (await jobs.run({ tasks: [task], engine, onEvent })).of('gone-late')
    expect(record).toMatchObject({
      outcome: 'timeout',
      blame: 'infrastructure',
      reward: null,
      exception: { type: 'AgentTimeoutError' },
    })
  })

  test('copying what the tests left is not counted against their limit', async () => {
    const limitOver = Promise.withResolvers<void>()
    const engine = await engineBehind((method, path) =>
      method === 'GET' && path.includes('/archive?') && path.includes('verifier')
        ? { kind: 'wait', until: limitOver.promise }
        : null,
    )
    const task = await jobs.task({ name: 'slow-copy', verifierTimeout: 2 * LIMIT })
    // By then the limit, which began before the tests, is over.
    const { onEvent } = whenTesting(() => setTimeout(() => limitOver.resolve(), (2 * LIMIT + 1) * 1000))
    const { record } = (await jobs.run({ tasks: [task], engine, onEvent })).of('slow-copy')
    expect(record).toMatchObject({ outcome: 'success', reward: 1, exception: null })
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMemoryBackend, createMemoryJob } from '../../../test/support/memory-job.ts'
import { AgentConfig } from '../../contract/harbor/common.ts'
import { JobConfig, RetryConfig } from '../../contract/harbor/job-config.ts'
import { poolKey } from '../../contract/harbor/job-rules.ts'
import { TaskConfig } from '../../contract/harbor/task-config.ts'
import { NOT_MEASURED, type Agent } from '../agent/agent.ts'
import { nopAgent } from '../agent/nop.ts'
import { parseEnvironmentOptions } from '../environment/options.ts'
import type { Task } from '../task/task.ts'
import { TrialError } from './exception.ts'
import { expandTrials } from './expand.ts'
import { planTrial } from './plan-trial.ts'
import type { TrialPlan } from './plan.ts'
import { retryDelayMs } from './retry.ts'
import { runJob } from './run-job.ts'

/** How a run of an agent ends: null as it should. */
type End = 'RuntimeError' | 'NonZeroAgentExitCodeError' | 'AgentSafetyRefusalError' | null
const end = fc.constantFrom<End>('RuntimeError', 'NonZeroAgentExitCodeError', 'AgentSafetyRefusalError', null)

const courses = fc.record({
  tasks: fc.integer({ min: 1, max: 3 }),
  attempts: fc.integer({ min: 1, max: 3 }),
  agents: fc.array(fc.constantFrom('fast', 'slow', 'shared'), { minLength: 1, maxLength: 3 }),
  limits: fc.record({
    fast: fc.constantFrom(1, 2, null),
    slow: fc.constantFrom(1, 2, null),
    shared: fc.constantFrom(1, 2),
  }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  /** Of the first runs of agents, whichever trials those are of. */
  ends: fc.array(end, { maxLength: 20 }),
  retry: fc.record({
    max_retries: fc.integer({ min: 0, max: 3 }),
    exclude_exceptions: fc.constantFrom(['AgentSafetyRefusalError'], []),
    wait_multiplier: fc.constantFrom(1, 2),
    min_wait_sec: fc.constantFrom(0, 1),
    max_wait_sec: fc.constantFrom(1, 2),
  }),
  /** The job is stopped at this event of its stream. */
  cancelAt: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }),
})

const task: Task = {
  name: 'task',
  shortName: 'task',
  directory: '/tasks/task',
  config: TaskConfig.parse({}),
  instruction: '',
  files: { hasDockerfile: true, hasCompose: false, hasSolution: false, hasTrajectory: false, environment: [] },
  hostVariables: [],
  unsupported: [],
  needs: [],
}

function planTrials(
  course: { readonly tasks: number; readonly attempts: number },
  configs: readonly AgentConfig[],
  agent: Agent,
): readonly TrialPlan[] {
  const config = JobConfig.parse({ verifier: { disable: true } })
  const job = {
    jobId: 'job',
    jobName: 'job',
    config,
    directory: '/jobs/job',
    hostEnv: {},
    options: parseEnvironmentOptions({}),
    extraFiles: [],
    extraInstructionLocks: [],
  }
  const selected = { task, digest: 'sha256:0', checksum: '0', contextId: '0', source: null }
  const tasks = Array.from({ length: course.tasks }, (_, index) => `task-${index}`)
  return expandTrials(tasks, configs, course.attempts).map(
    ({ task: name, agent: agentConfig, agentIndex, attempt }) => {
      const trialName = `${name}-${agentIndex}-${attempt}`
      const planned = {
        trialId: trialName,
        trialName,
        taskName: name,
        taskPath: task.directory,
        taskDigest: selected.digest,
        source: null,
        agent: agent.name,
        agentIndex,
        model: null,
        attempt,
      }
      return planTrial(job, selected, { config: agentConfig, definition: nopAgent, agent, skillLocks: [] }, planned)
    },
  )
}

test('a job keeps its limits, and ends or leaves each of its trials once, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), courses, async (scheduler, course) => {
      const cancel = new AbortController()
      const configs = course.agents.map((pool, index) =>
        AgentConfig.parse({
          name: 'nop',
          n_concurrent: course.limits[pool],
          // Different agents count together in a group, equal ones without one.
          ...(pool === 'shared' ? { concurrency_group: pool, model_name: `model-${index}` } : { model_name: pool }),
        }),
      )
      const retry = RetryConfig.parse(course.retry)
      const waited: number[] = []
      const running = new Map<string, number>()
      /** Limits that were not kept: what is thrown into a trial is its own end. */
      const broken: string[] = []
      let events = 0
      let runs = 0
      const admitted = new Set<string>()

      const { promise: cancelled, resolve } = Promise.withResolvers<void>()
      cancel.signal.addEventListener('abort', () => resolve(), { once: true })
      const wait = async (what: string): Promise<void> =>
        Promise.race([scheduler.schedule(Promise.resolve(), what), cancelled])

      const agent = (config: AgentConfig): Agent => ({
        name: 'nop',
        version: '1',
        setup: async () => {},
        async run() {
          const pool = poolKey(config)
          const atOnce = (running.get(pool) ?? 0) + 1
          running.set(pool, atOnce)
          if (atOnce > (config.n_concurrent ?? Number.POSITIVE_INFINITY)) broken.push(`${atOnce} runs of ${pool}`)
          const ending = course.ends[runs++] ?? null
          await wait('agent')
          running.set(pool, (running.get(pool) ?? 0) - 1)
          if (ending !== null) throw new TrialError(ending, 'as the course says')
          return { usage: NOT_MEASURED }
        },
      })
      const trials = planTrials(course, configs, agent(configs[0] ?? AgentConfig.parse({}))).map((plan) => ({
        ...plan,
        agent: agent(plan.agentConfig),
      }))
      const job = createMemoryJob((event) => {
        events += 1
        if (event.type === 'trial.admitted') admitted.add(event.trialName)
        if (event.type === 'trial.ended') admitted.delete(event.trialName)
        if (admitted.size > course.concurrency) broken.push(`${admitted.size} trials at once`)
        if (events === course.cancelAt) cancel.abort()
      })
      const backend = createMemoryBackend()
      let time = 0
      const result = await scheduler.waitFor(
        runJob(
          {
            jobName: 'job',
            trials,
            progress: {
              jobId: 'job',
              startedAt: '2026-01-01T00:00:00.000000',
              totalTrials: trials.length,
              finished: [],
              retries: 0,
              metrics: ['mean'],
            },
            concurrency: course.concurrency,
            retry,
            backendReason: null,
            resumed: false,
            replace: new Map(),
            replacedCounts: new Map(),
          },
          {
            files: job.files,
            backend,
            backendVersion: '1',
            host: {
              readText: async () => '',
              isFile: async () => false,
              async *archive() {},
              async *archiveOf() {},
            },
            clock: {
              timestamp: () => new Date(Date.UTC(2026, 0, 1) + time++).toISOString().replace('Z', '000Z'),
              monotonicMs: () => time++,
              async sleep(ms, signal) {
                // A recovery is over long before its limit.
                if (ms > 10_000) return new Promise((over) => signal?.addEventListener('abort', () => over()))
                waited.push(ms)
                return wait('retry')
              },
            },
            hostEnv: {},
            owner: { machineId: '', bootId: '', pid: 1, startTime: '' },
            maxLogBytes: 1000,
            onOutput: () => {},
          },
          { cancel: cancel.signal, force: new AbortController().signal },
        ),
      )

      expect(broken).toEqual([])
      const own = (name: string) => job.events.filter((event) => 'trialName' in event && event.trialName === name)
      const count = (name: string, type: string): number => own(name).filter((event) => event.type === type).length
      for (const { trialName } of trials) {
        const ended = result.records.filter((record) => record.trialName === trialName)
        const retries = count(trialName, 'trial.replaced')
        expect(retries, 'retries').toBeLessThanOrEqual(retry.max_retries)
        expect(count(trialName, 'trial.ended'), `ends of ${trialName}`).toBe(count(trialName, 'trial.admitted'))
        expect(count(trialName, 'trial.ended')).toBe(retries + ended.length)
        expect(ended.length, `results of ${trialName}`).toBeLessThanOrEqual(1)
      }
      expect([...job.finished()].sort()).toEqual(result.records.map(({ trialName }) => trialName).sort())
      const delays = job.events.flatMap((event) => (event.type === 'trial.retry-scheduled' ? [event] : []))
      expect(sorted(waited)).toEqual(sorted(delays.map(({ delayMs }) => delayMs)))
      for (const { retry: nth, delayMs } of delays) expect(delayMs).toBe(retryDelayMs(retry, nth))
      const firsts = new Set(job.events.flatMap((event) => (event.type === 'trial.admitted' ? [event.trialName] : [])))
      expect([...firsts]).toEqual(trials.slice(0, firsts.size).map(({ trialName }) => trialName))
      if (!cancel.signal.aborted) expect(result.records).toHaveLength(trials.length)
      const isWhole =
        result.records.length === trials.length && result.records.every(({ outcome }) => outcome !== 'aborted')
      expect(result.state).toBe(isWhole ? 'completed' : 'cancelled')
      expect(backend.running()).toBe(0)
    }),
    { numRuns: 40 },
  )
})

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b)
}

test('every attempt at every task by every agent, once, attempts outermost', () => {
  const some = fc.uniqueArray(fc.nat(50), { maxLength: 5 })
  fc.assert(
    fc.property(some, some, fc.integer({ min: 0, max: 4 }), (tasks, agents, attempts) => {
      const slots = expandTrials(tasks, agents, attempts)
      expect(slots).toHaveLength(tasks.length * agents.length * attempts)
      const keys = slots.map(({ task: of, agentIndex, attempt }) => [attempt, tasks.indexOf(of), agentIndex])
      expect(keys).toEqual(keys.toSorted(([a = 0, b = 0, c = 0], [d = 0, e = 0, f = 0]) => a - d || b - e || c - f))
      expect(new Set(keys.map(String)).size).toBe(slots.length)
      for (const { agent, agentIndex } of slots) expect(agent).toBe(agents[agentIndex])
    }),
  )
})

import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { StoredEvent } from '../../src/contract/events.ts'
import { useJobs, type RanJob } from '../support/engine.ts'
import { readJson } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'
import type { TaskText } from '../support/tasks.ts'

const run = promisify(execFile)

/** The most of something that was going on at once, from events that begin and end it. */
function peak(
  events: readonly StoredEvent[],
  begins: (event: StoredEvent) => boolean,
  ends: (event: StoredEvent) => boolean,
): number {
  let current = 0
  let most = 0
  for (const event of events) {
    if (begins(event)) current += 1
    if (ends(event)) current -= 1
    most = Math.max(most, current)
  }
  return most
}

async function tarNames(path: string): Promise<readonly string[]> {
  const { stdout } = await run('tar', ['-tzf', path])
  return stdout.trim().split('\n')
}

async function statsOf(job: RanJob): Promise<unknown> {
  return readJson(join(job.directory, 'result.json'))
}

describeOn('docker', 'attempts, agents and limits', () => {
  const jobs = useJobs('scheduling')

  test('attempts × tasks × agents in order, with rates and pass@k', async () => {
    const lucky = await jobs.task({ name: 'lucky', solution: null, tests: 'echo 1 > /logs/verifier/reward.txt' })
    const hopeless = await jobs.task({ name: 'hopeless', solution: null })
    const job = await jobs.run({
      tasks: [lucky, hopeless],
      agents: [{ name: 'nop' }],
      config: { n_attempts: 2, n_concurrent_trials: 3 },
    })
    const order = job.trials.map(({ record }) => `${record.taskName} ${record.attempt}`)
    expect(order).toEqual(['lucky 1', 'hopeless 1', 'lucky 2', 'hopeless 2'])
    expect(job.report.rates).toMatchObject({ total: 4, resolved: 2, judged: 4 })
    expect(await statsOf(job)).toMatchObject({
      n_total_trials: 4,
      stats: {
        n_completed_trials: 4,
        evals: {
          nop__adhoc: {
            n_trials: 4,
            n_errors: 0,
            metrics: [{ mean: 0.5 }],
            pass_at_k: { 2: 0.5 },
            reward_stats: { reward: { '1.0': [expect.any(String), expect.any(String)] } },
          },
        },
      },
    })
    const limits = peak(
      job.events,
      ({ type }) => type === 'trial.admitted',
      ({ type }) => type === 'trial.ended',
    )
    expect(limits).toBe(3)
  })

  test("an agent's own limit holds during its run only", async () => {
    const tasks = [
      await jobs.task({ name: 'a', solution: 'sleep 0.3; echo yes > done' }),
      await jobs.task({ name: 'b', solution: 'sleep 0.3; echo yes > done' }),
    ]
    const job = await jobs.run({
      tasks,
      agents: [{ name: 'oracle', n_concurrent: 1 }],
      config: { n_attempts: 2, n_concurrent_trials: 4 },
    })
    expect(job.trials.map(({ record }) => record.outcome)).toEqual(['success', 'success', 'success', 'success'])
    expect(overlaps(job)).toBe(0)
    expect(
      peak(
        job.events,
        ({ type }) => type === 'trial.admitted',
        ({ type }) => type === 'trial.ended',
      ),
    ).toBe(4)
  })

  test('what this machine cannot run is refused alone, naming the feature', async () => {
    const refused: readonly (TaskText & { readonly says: RegExp })[] = [
      {
        name: 'allowlist',
        network: 'allowlist',
        environment: 'allowed_hosts = ["example.org"]',
        says: /network|allowlist/,
      },
      { name: 'gpu', environment: 'gpus = 1', says: /GPU/i },
      { name: 'too-big', environment: 'memory_mb = 99999999', says: /memory/ },
      { name: 'compose', files: { 'environment/docker-compose.yaml': 'services: {}\n' }, says: /compose/ },
      {
        name: 'steps',
        files: {
          'task.toml': '[[steps]]\nname = "one"\n[environment]\ndocker_image = "debian:bookworm-slim"\n',
          'steps/one/instruction.md': 'x',
          'steps/one/tests/test.sh': 'true',
        },
        says: /step/,
      },
      { name: 'windows', environment: 'os = "windows"', files: { 'tests/test.bat': 'x' }, says: /windows/i },
      {
        name: 'windows-with-variable',
        environment: 'os = "windows"',
        toml: '[verifier.env]\nKEY = "${NOPE}"',
        files: { 'tests/test.bat': 'x' },
        says: /windows/i,
      },
      {
        name: 'too-big-with-variable',
        environment: 'memory_mb = 99999999',
        toml: '[verifier.env]\nKEY = "${NOPE}"',
        says: /memory/,
      },
    ]
    const tasks = [await jobs.task({ name: 'fine' })]
    for (const task of refused) tasks.push(await jobs.task(task))
    const job = await jobs.run({ tasks, config: { retry: { max_retries: 2, min_wait_sec: 0 } } })
    expect(job.of('fine').record.outcome).toBe('success')
    for (const { name, says } of refused) {
      const { record } = job.of(name)
      expect(record, name).toMatchObject({
        outcome: 'error',
        reward: null,
        environment: null,
        exception: { type: 'TaskUnsupportedError' },
      })
      expect(record.exception?.message).toMatch(says)
      expect(record.replaced, `${name} is not tried again`).toBe(0)
    }
    expect(job.report.allJudged).toBe(false)
  })

  test("retries follow Harbor's exclusions and keep what they replace", async () => {
    const tasks = [
      await jobs.task({
        name: 'never-healthy',
        toml: '[environment.healthcheck]\ncommand = "exit 1"\ninterval_sec = 0.05\nretries = 1',
      }),
      await jobs.task({ name: 'excluded', tests: 'echo no reward' }),
    ]
    const job = await jobs.run({ tasks, config: { retry: { max_retries: 2, min_wait_sec: 0.05, wait_multiplier: 2 } } })
    const retried = job.of('never-healthy')
    expect(retried.record).toMatchObject({ replaced: 2, exception: { type: 'HealthcheckError' } })
    expect(job.of('excluded').record).toMatchObject({ replaced: 0, exception: { type: 'RewardFileNotFoundError' } })
    const archives = (await readdir(job.directory)).filter((name) => name.includes('.replaced-')).sort()
    expect(archives).toEqual([1, 2].map((n) => `${retried.name}.replaced-${n}.tar.gz`))
    for (const archive of archives) {
      expect(await tarNames(join(job.directory, archive))).toEqual(
        expect.arrayContaining([expect.stringMatching(/result\.json$/), expect.stringMatching(/config\.json$/)]),
      )
    }
    const delays = job.events.filter((event) => event.type === 'trial.retry-scheduled').map(({ delayMs }) => delayMs)
    expect(delays).toEqual([50, 100])
    expect(await statsOf(job)).toMatchObject({ stats: { n_retries: 2, n_completed_trials: 2, n_errored_trials: 2 } })
  })

  test('a resume runs again what ended in the named exceptions, instead of the default', async () => {
    const tasks = [await jobs.task({ name: 'unscored', tests: 'echo no reward' }), await jobs.task({ name: 'scored' })]
    const job = await jobs.run({ tasks })
    const unchanged = await jobs.resume(job.name)
    expect(unchanged.trials.map(({ record }) => record.replaced)).toEqual([0, 0])
    const forced = await jobs.resume(job.name, { exceptions: ['RewardFileNotFoundError'] })
    expect(forced.of('unscored').record.replaced).toBe(1)
    expect(forced.of('scored').record.replaced).toBe(0)
    const replaced = forced.events.filter((event) => event.type === 'trial.replaced')
    expect(replaced.map(({ trialName, reason }) => [trialName, reason])).toEqual([
      [forced.of('unscored').name, 'force'],
    ])
  })

  test('a job runs from one folder as a dataset, with filters', async () => {
    const names = ['red-one', 'red-two', 'blue-one', 'blue-two']
    for (const name of names) await jobs.task({ name: `set/${name}`, solution: null })
    const dataset = { path: join(jobs.tasks, 'set'), task_names: ['red-*', 'blue-*'], exclude_task_names: ['*-two'] }
    const job = await jobs.run({ tasks: [], agents: [{ name: 'nop' }], config: { datasets: [dataset] } })
    expect(job.trials.map(({ record }) => record.taskName).sort()).toEqual(['blue-one', 'red-one'])
  })
})

/** How many pairs of solutions ran at the same time. */
function overlaps(job: RanJob): number {
  const spans = job.trials.map(({ events }) => {
    const started = events.find((event) => event.type === 'command.started' && event.purpose === 'solution')
    const id = started?.type === 'command.started' ? started.commandId : null
    const finished = events.find((event) => event.type === 'command.finished' && event.commandId === id)
    return { from: started?.at ?? '', to: finished?.at ?? '' }
  })
  return spans.flatMap((one, index) =>
    spans.slice(index + 1).filter((other) => one.from < other.to && other.from < one.to),
  ).length
}

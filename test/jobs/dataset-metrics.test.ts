import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { JobResult } from '../../src/contract/harbor/job-result.ts'
import type { JobConfigInput } from '../../src/contract/harbor/job-config.ts'
import { type RanJob, useJobs } from '../support/engine.ts'
import { describeOn } from '../support/machine.ts'

describeOn('docker', 'the metrics of a dataset', () => {
  const jobs = useJobs('metrics')

  /** A registry of one dataset whose two tasks an idle agent is given reward 1 for. */
  const makeRegistry = async (metrics: readonly unknown[]): Promise<string> => {
    const names = ['one', 'two']
    const tests = 'echo 1 > /logs/verifier/reward.txt'
    for (const name of names) await jobs.task({ name, solution: null, tests })
    const tasks = names.map((name) => ({ name, path: name }))
    const file = join(jobs.tasks, 'registry.json')
    await writeFile(file, JSON.stringify([{ name: 'set', version: '1', description: '', tasks, metrics }]))
    return file
  }
  const config = (registry: string, metrics: JobConfigInput['metrics'] = []): Partial<JobConfigInput> => ({
    datasets: [{ name: 'set', registry_path: registry }],
    metrics,
  })
  const metricsOf = async ({ directory }: RanJob): Promise<unknown> => {
    const { stats } = JobResult.parse(JSON.parse(await readFile(join(directory, 'result.json'), 'utf8')))
    return Object.fromEntries(Object.entries(stats.evals).map(([key, { metrics }]) => [key, metrics]))
  }

  test('are computed over its trials, the job’s after them, also after a resume', async () => {
    const registry = await makeRegistry([{ type: 'sum' }])
    const other = await jobs.task({ name: 'other', solution: null })
    const wanted = { nop__set: [{ sum: 2 }, { max: 1 }], nop__adhoc: [{ max: 0 }] }
    const job = await jobs.run({
      tasks: [other],
      agents: [{ name: 'nop' }],
      config: config(registry, [{ type: 'max' }]),
    })
    expect(await metricsOf(job)).toEqual(wanted)
    await writeFile(registry, '[]')
    expect(await metricsOf(await jobs.resume(job.name))).toEqual(wanted)
  })

  test('that are none of its own are the job’s: the mean', async () => {
    const registry = await makeRegistry([])
    const job = await jobs.run({ tasks: [], agents: [{ name: 'nop' }], config: config(registry) })
    expect(await metricsOf(job)).toEqual({ nop__set: [{ mean: 1 }] })
  })

  test('that are a script are refused before anything starts', async () => {
    const registry = await makeRegistry([{ type: 'uv-script', kwargs: { script_path: 'metric.py' } }])
    await expect(jobs.run({ tasks: [], config: config(registry) })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('dataset set: its metric uv-script') as unknown,
    })
  })
})

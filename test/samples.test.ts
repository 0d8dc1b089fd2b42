import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { ensureBuilt } from './support/built.ts'
import { runCli } from './support/child.ts'
import { projectRoot, useJobs } from './support/engine.ts'
import { describeOn } from './support/machine.ts'
import { BACKENDS } from './support/machine-backends.ts'

/*
 * The bundled tasks on every backend: the oracle gets 1, an untouched environment 0, and so does the wrong solution
 * that is kept beside each.
 */

const SAMPLES = join(projectRoot, 'resources', 'samples')
const names = readdirSync(SAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()

const Ended = z.object({ type: z.literal('trial.ended'), trialName: z.string(), reward: z.number().nullable() })

/** With a RUN step the image must be built, which the sandbox does not do. */
function needsBuild(name: string): boolean {
  return /^\s*RUN\s/im.test(readFileSync(join(SAMPLES, name, 'environment', 'Dockerfile'), 'utf8'))
}

for (const backend of BACKENDS) {
  describeOn(backend, `samples on ${backend}`, () => {
    const jobs = useJobs(`samples-${backend}`, { keepImages: true })
    const own = backend === 'sandbox' ? names.filter((name) => !needsBuild(name)) : names
    const tasks = own.map((name) => join(SAMPLES, name))
    // Images that install packages need a way out, where the machine has one only on its own network.
    const environment = backend === 'sandbox' ? {} : { kwargs: { build_network: 'host' } }
    let wrong: string

    beforeAll(async () => {
      await ensureBuilt()
      for (const name of own) {
        await cp(join(SAMPLES, name), join(jobs.tasks, name), { recursive: true })
        await cp(join(SAMPLES, name, 'wrong', 'solve.sh'), join(jobs.tasks, name, 'solution', 'solve.sh'))
      }
      wrong = jobs.tasks
    })

    test('there are enough of them', () => {
      expect(own.length).toBeGreaterThanOrEqual(backend === 'sandbox' ? 8 : 10)
      for (const name of own) expect(existsSync(join(SAMPLES, name, 'wrong', 'solve.sh')), name).toBe(true)
    })

    test.each([
      ['oracle', 1, 'success'],
      ['nop', 0, 'failure'],
    ] as const)('%s gets %d', async (agent, reward, outcome) => {
      const job = await jobs.run({ tasks, backend, agents: [{ name: agent }], config: { environment } })
      const ends = job.trials.map(({ record }) => [
        record.taskName,
        record.reward,
        record.outcome,
        record.exception?.message,
      ])
      expect(ends).toEqual(job.trials.map(({ record }) => [record.taskName, reward, outcome, undefined]))
      expect(job.trials).toHaveLength(own.length)
      for (const { record } of job.trials)
        expect(record.tests?.total ?? 0, `${record.taskName} reports its tests`).toBeGreaterThan(0)
    })

    test('the command gives each 0 for nop, and names what it refuses', async () => {
      const build = backend === 'sandbox' ? [] : ['--ek', 'build_network=host']
      const place = ['-o', jobs.folder, '--job-name', 'by-command', '-n', '2']
      const { code, stdout, stderr } = await runCli(
        ['run', '-p', SAMPLES, '-a', 'nop', '-e', backend, '--json', ...build, ...place],
        { cwd: projectRoot },
      )
      jobs.expectWhole('by-command')
      const events = stdout.trimEnd().split('\n')
      const ended = events.flatMap((line) => Ended.safeParse(JSON.parse(line)).data ?? [])
      const rewards = ended.map(({ trialName, reward }) => [trialName.replace(/__\w+$/, ''), reward])
      const refused = names.filter((name) => !own.includes(name))
      expect(new Map(rewards.map(([name, reward]) => [name, reward]))).toEqual(
        new Map(names.map((name) => [name, refused.includes(name) ? null : 0])),
      )
      for (const name of refused) expect(stderr).toMatch(new RegExp(`^${name} .* ! error .*Dockerfile.*RUN`, 'm'))
      expect(code, stderr).toBe(refused.length === 0 ? 0 : 1)
    })

    test('a wrong solution gets 0', async () => {
      const job = await jobs.run({ tasks: own.map((name) => join(wrong, name)), backend, config: { environment } })
      const ends = job.trials.map(({ record }) => [record.taskName, record.reward, record.outcome])
      expect(ends).toEqual(job.trials.map(({ record }) => [record.taskName, 0, 'failure']))
      // It is wrong for what it does, and not for want of a tool.
      for (const trial of job.trials)
        expect(await readFile(join(trial.directory, 'agent/oracle.txt'), 'utf8')).not.toMatch(/command not found/)
    })
  })
}

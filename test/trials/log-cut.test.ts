import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createEngine, type Engine } from '../../src/engine/index.ts'
import { openSettingsHome } from '../../src/engine/settings-home.ts'
import { plainEnv, useJobs, type RanJob } from '../support/engine.ts'
import { describeOn } from '../support/machine.ts'
import { BACKENDS } from '../support/machine-backends.ts'
import { line, standInTask } from '../support/stand-in.ts'
import { beforeTries } from '../support/tries.ts'

const MB = 1024 ** 2
const FIVE_MB = `head -c ${5 * MB} /dev/zero | tr '\\0' x`

/** An engine that keeps a megabyte of each log. */
async function openEngine(jobsDir: string): Promise<Engine> {
  const cwd = dirname(jobsDir)
  const env = { ...plainEnv, ANTHROPIC_API_KEY: 'sk-log-cut-0123456789' }
  const home = await openSettingsHome({ settingsDir: join(cwd, 'settings'), cwd, env })
  await home.settings.set('logging.maxLogMb', 1)
  home.dispose()
  return createEngine({ jobsDir, cwd, env, version: '0.0.0-test', ...home.engine })
}

for (const backend of BACKENDS) {
  describeOn(backend, `logs that grow too large on ${backend}`, () => {
    const jobs = useJobs(`log-cut-${backend}`)
    let engine: Engine
    let job: RanJob

    beforeAll(async () => {
      engine = await openEngine(jobs.folder)
    })
    beforeTries(async () => {
      const tasks = [await jobs.task({ name: 'loud' }), await jobs.task({ name: 'quiet', instruction: 'Be quiet.' })]
      const run = `[ "$TBCC_INSTRUCTION" = 'Be quiet.' ] || ${FIVE_MB}; echo; echo yes > /app/done; echo over`
      job = await jobs.run({ tasks, backend, engine, agents: [{ name: 'command', kwargs: { run } }] })
    })
    afterAll(async () => engine.dispose())

    const sizeOf = async (task: string, path: string): Promise<number> =>
      (await stat(join(job.of(task).directory, path))).size

    test('what is beyond is not kept, each log is named once, and the verdict is that of the work', async () => {
      const { record, events } = job.of('loud')
      expect(record).toMatchObject({ outcome: 'success', reward: 1, exception: null })
      const told = record.findings.map(({ kind, message }) => `${kind}: ${message.split(' after ')[0]}`)
      expect(new Set(told)).toEqual(new Set(['log-cut: agent/command.txt was cut', 'log-cut: tbcc.output.log was cut']))
      expect(told).toHaveLength(2)
      expect(events.filter(({ type }) => type === 'finding.made')).toHaveLength(2)
      expect(await sizeOf('loud', 'agent/command.txt')).toBe(MB)
      expect(await sizeOf('loud', 'tbcc.output.log')).toBe(MB)
    })

    test('the command is marked, and went on to its end', () => {
      const ends = job.of('loud').events.filter((event) => event.type === 'command.finished')
      expect(ends.some(({ truncated, exitCode }) => truncated && exitCode === 0)).toBe(true)
    })

    test('a trial that prints less has all of it', () => {
      const { record, events, output } = job.of('quiet')
      expect(record).toMatchObject({ outcome: 'success', findings: [] })
      expect(output).toContain('over\n')
      expect(events.some((event) => event.type === 'command.finished' && event.truncated)).toBe(false)
    })
  })
}

describeOn('docker', 'an agent whose log is cut', () => {
  const jobs = useJobs('log-cut-read')

  test('is read to its end all the same', async () => {
    const engine = await openEngine(jobs.folder)
    onTestFinished(async () => engine.dispose())
    const script = [line.init(), `${FIVE_MB}; echo`, line.text('m1', 'Done.'), 'echo yes > /app/done', line.result()]
    const tasks = [await jobs.task(standInTask('loud', script.join('\n')))]
    const { record, events } = (await jobs.run({ tasks, engine, agents: [{ name: 'claude-code' }] })).of('loud')
    expect(record).toMatchObject({ outcome: 'success', steps: 1, usage: { inputTokens: 14, costUsd: 0.25 } })
    expect(record.findings.map(({ kind }) => kind)).toContain('log-cut')
    expect(events.find(({ type }) => type === 'message.received')).toMatchObject({ text: 'Done.' })
  })
})

import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { useJobs } from '../support/engine.ts'
import { describeOn } from '../support/machine.ts'
import { BASE_IMAGE } from '../support/tasks.ts'

/* Which image a trial runs in: that of the task as it stands now. */

describeOn('docker', 'the image of a trial', () => {
  const jobs = useJobs('which-image')
  const dockerfile = `FROM ${BASE_IMAGE}\nCOPY . /given\nWORKDIR /app\n`
  const sourceOf = ({ record }: Awaited<ReturnType<typeof jobs.run>>['trials'][number]) =>
    record.environment?.imageSource

  test('follows what its author changes: modes, and files that no digest counts', async () => {
    const task = await jobs.task({
      name: 'changing',
      dockerfile,
      solution: 'cat /given/__pycache__/word > /logs/agent/word; /given/run.sh',
      files: { 'environment/run.sh': '#!/bin/sh\necho yes > /app/done\n', 'environment/__pycache__/word': 'first' },
    })
    const script = join(task, 'environment/run.sh')
    const run = async () => (await jobs.run({ tasks: [task] })).of('changing')

    await chmod(script, 0o644)
    const before = await run()
    expect([before.record.reward, sourceOf(before)]).toEqual([0, 'built'])

    await chmod(script, 0o755)
    const after = await run()
    expect([after.record.reward, sourceOf(after)]).toEqual([1, 'built'])

    const again = await run()
    expect([again.record.reward, sourceOf(again)]).toEqual([1, 'present'])

    await writeFile(join(task, 'environment/__pycache__/word'), 'second')
    expect(await (await run()).read('agent/word')).toBe('second')
  })

  test('is built where its name is empty', async () => {
    const task = await jobs.task({ name: 'unnamed', dockerfile, environment: 'docker_image = ""' })
    const trial = (await jobs.run({ tasks: [task] })).of('unnamed')
    expect(trial.record).toMatchObject({ outcome: 'success', environment: { imageSource: 'built' } })
  })
})

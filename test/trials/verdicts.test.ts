import { join } from 'node:path'
import { expect, test } from 'vitest'
import { useJobs, type RanJob } from '../support/engine.ts'
import { readJson } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'
import { BACKENDS } from '../support/machine-backends.ts'
import type { TaskText } from '../support/tasks.ts'
import { beforeTries } from '../support/tries.ts'

const REWARD = '/logs/verifier/reward'

const CTRF = JSON.stringify({
  results: {
    tool: { name: 'own' },
    summary: { tests: 3, passed: 2, failed: 1, skipped: 0, pending: 0, other: 0, start: 1, stop: 2 },
    tests: [
      { name: 'reads', status: 'passed', duration: 4 },
      { name: 'writes', status: 'passed', duration: 5 },
      { name: 'both', status: 'failed', duration: 6, message: 'expected 1' },
    ],
  },
})

const TASKS: readonly TaskText[] = [
  { name: 'right' },
  { name: 'wrong', solution: 'echo no > /app/done' },
  { name: 'half', tests: `echo 0.5 > ${REWARD}.txt` },
  { name: 'exit-code-ignored', tests: `echo 1 > ${REWARD}.txt; exit 7` },
  { name: 'solution-fails', solution: 'echo yes > /app/done; echo sorry >&2; exit 3' },
  { name: 'no-solution', solution: null },
  { name: 'no-reward', tests: 'echo forgot' },
  { name: 'empty-reward', tests: `: > ${REWARD}.txt` },
  { name: 'reward-is-a-word', tests: `echo passed > ${REWARD}.txt` },
  { name: 'reward-is-nan', tests: `echo nan > ${REWARD}.txt` },
  {
    name: 'json-before-text',
    tests: `echo '{"reward": 1, "style": 0.5, "checked": true}' > ${REWARD}.json; echo 0 > ${REWARD}.txt`,
  },
  { name: 'json-without-reward', tests: `echo '{"speed": 1, "style": 0.5}' > ${REWARD}.json` },
  { name: 'json-is-empty', tests: `: > ${REWARD}.json; echo 1 > ${REWARD}.txt` },
  { name: 'json-is-a-number', tests: `echo 1 > ${REWARD}.json` },
  { name: 'json-is-a-boolean', tests: `echo true > ${REWARD}.json` },
  { name: 'json-is-infinite', tests: `echo '{"reward": 1e309}' > ${REWARD}.json` },
  { name: 'json-is-latin-1', tests: `printf '{"reward": 1, "caf\\351": 1}' > ${REWARD}.json` },
  {
    name: 'json-is-a-link',
    tests: `mkdir /logs/verifier/out; cd /logs/verifier; echo '{"reward": 1}' > out/score; ln -s out latest; ln -s latest/score reward.json; echo 0 > reward.txt`,
  },
  { name: 'link-leads-out', tests: `echo 1 > /logs/agent/score; ln -s ../agent/score ${REWARD}.txt` },
  { name: 'link-is-absolute', tests: `echo 1 > /logs/verifier/score; ln -s /logs/verifier/score ${REWARD}.txt` },
  { name: 'behind-a-huge-file', tests: `truncate -s 5G /logs/verifier/disk.img; echo 1 > ${REWARD}.txt` },
  {
    name: 'with-report',
    tests: `cat /tests/report.json > /logs/verifier/ctrf.json; echo 0 > ${REWARD}.txt`,
    files: { 'tests/report.json': CTRF },
  },
]

for (const backend of BACKENDS) {
  describeOn(backend, `verdicts on ${backend}`, () => {
    const jobs = useJobs(`verdicts-${backend}`)
    let job: RanJob

    beforeTries(async () => {
      const tasks: string[] = []
      for (const task of TASKS) tasks.push(await jobs.task(task))
      job = await jobs.run({ tasks, backend, config: { n_concurrent_trials: 4 } })
    })

    const end = (task: string): unknown => {
      const { outcome, blame, reward, exception } = job.of(task).record
      return { outcome, blame, reward, exception: exception?.type ?? null }
    }
    const result = async (task: string): Promise<string> => job.of(task).read('result.json')

    test('a reward of at least 1 is a success', () => {
      expect(end('right')).toEqual({ outcome: 'success', blame: null, reward: 1, exception: null })
      expect(end('exit-code-ignored')).toEqual({ outcome: 'success', blame: null, reward: 1, exception: null })
    })

    test('a reward below 1 is a failure of the agent', () => {
      expect(end('wrong')).toEqual({ outcome: 'failure', blame: 'agent', reward: 0, exception: null })
      expect(end('half')).toEqual({ outcome: 'failure', blame: 'agent', reward: 0.5, exception: null })
    })

    test('a failing solution is recorded and verified all the same', async () => {
      expect(end('solution-fails')).toEqual({ outcome: 'success', blame: null, reward: 1, exception: null })
      expect(await job.of('solution-fails').read('agent/exit-code.txt')).toBe('3')
      expect(await job.of('solution-fails').read('agent/oracle.txt')).toBe('sorry\n')
    })

    test('a task without a solution says nothing about the agent', () => {
      expect(end('no-solution')).toEqual({
        outcome: 'error',
        blame: 'task',
        reward: null,
        exception: 'FileNotFoundError',
      })
      const events = job.of('no-solution').events
      expect(events.some((event) => event.type === 'phase.started' && event.phase === 'verification')).toBe(false)
    })

    test.each([
      ['no-reward', 'RewardFileNotFoundError'],
      ['empty-reward', 'RewardFileEmptyError'],
      ['reward-is-a-word', 'VerifierOutputParseError'],
      ['reward-is-nan', 'VerifierOutputParseError'],
      ['json-is-empty', 'RewardFileEmptyError'],
      ['json-is-a-number', 'ValidationError'],
      ['json-is-a-boolean', 'ValidationError'],
      ['json-is-infinite', 'VerifierOutputParseError'],
      ['json-is-latin-1', 'VerifierOutputParseError'],
      ['link-leads-out', 'RewardFileNotFoundError'],
      ['link-is-absolute', 'RewardFileNotFoundError'],
    ])('%s ends as %s', async (task, exception) => {
      expect(end(task)).toEqual({ outcome: 'error', blame: 'task', reward: null, exception })
      expect(await readJson(join(job.of(task).directory, 'result.json'))).toMatchObject({
        verifier_result: null,
        exception_info: { exception_type: exception },
      })
      expect(await job.of(task).read('exception.txt')).toContain(
        exception === 'ValidationError' ? 'is a bare' : 'reward',
      )
    })

    test('rewards are kept as the tests wrote them', async () => {
      expect(end('json-before-text')).toMatchObject({ outcome: 'success', reward: 1 })
      expect(job.of('json-before-text').record.rewards).toEqual({ reward: 1, style: 0.5, checked: 1 })
      expect(await result('json-before-text')).toMatch(/"reward": 1,\s+"style": 0\.5,\s+"checked": 1\.0/)
      expect(await result('right')).toMatch(/"reward": 1\.0/)
    })

    test('a link beside the reward is followed', () => {
      expect(end('json-is-a-link')).toEqual({ outcome: 'success', blame: null, reward: 1, exception: null })
    })

    test('what is too large to be taken over does not hide a reward', () => {
      expect(end('behind-a-huge-file')).toEqual({ outcome: 'success', blame: null, reward: 1, exception: null })
      expect(job.of('behind-a-huge-file').record.findings.map(({ kind }) => kind)).toEqual(['archive-skipped'])
    })

    test('without the key "reward" the lowest decides', () => {
      expect(end('json-without-reward')).toEqual({ outcome: 'failure', blame: 'agent', reward: 0.5, exception: null })
    })

    test('the report of the tests is counted', () => {
      const { tests } = job.of('with-report').record
      expect(tests).toMatchObject({ passed: 2, failed: 1, skipped: 0, total: 3 })
      expect(tests?.items.map(({ name, status }) => `${name} ${status}`)).toEqual([
        'reads passed',
        'writes passed',
        'both failed',
      ])
      expect(job.of('with-report').row).toMatchObject({ testsPassed: 2, testsTotal: 3 })
    })

    test('the job counts all of them', async () => {
      expect(job.report).toMatchObject({ state: 'completed', allJudged: false })
      expect(job.trials).toHaveLength(TASKS.length)
      expect(await readJson(join(job.directory, 'result.json'))).toMatchObject({
        n_total_trials: TASKS.length,
        stats: { n_completed_trials: TASKS.length, n_errored_trials: 12, n_running_trials: 0, n_pending_trials: 0 },
      })
    })
  })
}

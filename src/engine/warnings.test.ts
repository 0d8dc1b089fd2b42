import { expect, test } from 'vitest'
import { listWarnings, type PlannedRun } from './warnings.ts'

const claude = { name: 'claude-code', asksModel: true }

const run = (task: string, network: 'public' | 'no-network', agent: PlannedRun['agent'] = claude): PlannedRun => ({
  agent,
  task: { directory: `/tasks/${task}`, name: task },
  environment: { network },
  installOnly: false,
})

test('tasks without a network are counted once, however many attempts there are', () => {
  const runs = [run('a', 'no-network'), run('a', 'no-network'), run('b', 'public'), run('c', 'no-network')]
  expect(listWarnings(runs)).toEqual([
    {
      message: '2 of 3 tasks give the agent no network: claude-code will not reach its model there',
      tasks: ['a', 'c'],
    },
  ])
})

test('each agent is told of by itself', () => {
  const codex = { name: 'codex', asksModel: true }
  const runs = [run('a', 'no-network'), run('a', 'no-network', codex), run('b', 'public', codex)]
  expect(listWarnings(runs).map(({ message }) => message)).toEqual([
    '1 of 1 task gives the agent no network: claude-code will not reach its model there',
    '1 of 2 tasks gives the agent no network: codex will not reach its model there',
  ])
})

test('nothing is said where no model will be asked', () => {
  expect(listWarnings([run('a', 'public')])).toEqual([])
  expect(listWarnings([run('a', 'no-network', { name: 'oracle' })])).toEqual([])
  expect(listWarnings([{ ...run('a', 'no-network'), installOnly: true }])).toEqual([])
})

import { describe, expect, test } from 'vitest'
import type { TaskRecord } from '../../../contract/api/stats.ts'
import type { TaskSummary } from '../../../contract/api/tasks.ts'
import { countValues, selectRows, statusOf, toTaskRows } from './task-rows.ts'
import { fromTaskView, toTaskView } from './task-view.ts'

const BASE: Omit<TaskSummary, 'name' | 'shortName' | 'directory'> = {
  difficulty: null,
  category: null,
  tags: [],
  agentTimeoutSec: null,
  verifierTimeoutSec: null,
  cpus: null,
  memoryMb: null,
  network: 'public',
  image: null,
  hasSolution: true,
  unsupported: [],
}

function task(name: string, more: Partial<TaskSummary> = {}): TaskSummary {
  return { ...BASE, name: `org/${name}`, shortName: name, directory: `/tasks/${name}`, ...more }
}

function record(name: string, resolved: number, total: number): TaskRecord {
  return { taskName: `org/${name}`, rate: { resolved, total, judged: total, low: null, high: null }, last: [] }
}

const ROWS = toTaskRows(
  [
    task('b10', { difficulty: 'hard', tags: ['x', 'y, z'], agentTimeoutSec: 60 }),
    task('b9', { difficulty: 'easy', unsupported: ['compose'] }),
    task('a', { difficulty: 'medium', agentTimeoutSec: 30 }),
  ],
  [record('b10', 1, 2), record('b9', 0, 3)],
  new Map(),
)
const names = (query: Record<string, string>): string[] =>
  selectRows(ROWS, toTaskView(query)).map(({ task: { shortName } }) => shortName)

test('a task that was solved once has passed', () => {
  expect(ROWS.map(statusOf)).toEqual(['passed', 'failed', 'untried'])
})

describe('order', () => {
  test('names with numbers count', () => expect(names({})).toEqual(['a', 'b9', 'b10']))
  test('difficulty is a scale', () => expect(names({ sort: 'difficulty' })).toEqual(['b9', 'a', 'b10']))
  test('what is not known stands last either way', () => {
    expect(names({ sort: 'agentTimeout' })).toEqual(['a', 'b10', 'b9'])
    expect(names({ sort: 'agentTimeout desc' })).toEqual(['b10', 'a', 'b9'])
    expect(names({ sort: 'rate desc' })).toEqual(['b10', 'b9', 'a'])
  })
})

describe('conditions', () => {
  test('text in any case, also of the organisation', () => {
    expect(names({ text: 'B1' })).toEqual(['b10'])
    expect(names({ text: 'org/' })).toHaveLength(3)
  })
  test('status', () => expect(names({ statuses: 'untried,failed' })).toEqual(['a', 'b9']))
  test('runnable: neither what nobody supports nor what the backend refuses', () => {
    expect(names({ runnable: 'yes' })).toEqual(['a', 'b10'])
    const refusals = new Map([['/tasks/b10', 'its Dockerfile runs commands']])
    const rows = toTaskRows([task('a'), task('b10')], [], refusals)
    expect(rows.map(({ refusal }) => refusal)).toEqual([null, 'its Dockerfile runs commands'])
    expect(selectRows(rows, toTaskView({ runnable: 'yes' })).map(({ task: { shortName } }) => shortName)).toEqual(['a'])
  })
  test('a tag with a comma survives the address', () => {
    const query = fromTaskView({ tags: ['y, z'] })
    expect(names({ tags: query['tags'] ?? '' })).toEqual(['b10'])
  })
})

test('values are counted, the most frequent first', () => {
  expect(countValues(ROWS, 'tags')).toEqual([
    { value: 'x', count: 1 },
    { value: 'y, z', count: 1 },
  ])
  expect(countValues(ROWS, 'categories')).toEqual([{ value: '', count: 3 }])
})

test('an address says only what is not as usual', () => {
  expect(fromTaskView({ text: '', tags: [], runnable: false, task: null })).toEqual({
    text: null,
    tags: null,
    runnable: null,
    task: null,
  })
})

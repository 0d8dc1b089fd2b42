// @vitest-environment jsdom
import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, configure, fireEvent, render, renderHook, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { procedures } from '../../../contract/api/api.ts'
import type { Setting, SettingValue } from '../../../contract/api/settings.ts'
import { startEngine } from '../../client/engine.testing.ts'
import { createQueryClient } from '../../client/queries.ts'
import { useNotices } from '../../stores/notices.ts'
import { SettingRow } from './setting-row.tsx'

// It bounds what hangs: a machine may be busy.
configure({ asyncUtilTimeout: 50_000 })

const STATE = { settings: [], file: '/settings.json', issues: [] }
let asked: (readonly [key: string, value: SettingValue])[] = []
startEngine({
  procedures: { 'settings.set': procedures['settings.set'], 'settings.reset': procedures['settings.reset'] },
  topics: {},
  handlers: {
    async 'settings.set'({ key, value }) {
      asked.push([key, value])
      return STATE
    },
    async 'settings.reset'({ key }) {
      asked.push([key, 'reset'])
      return STATE
    },
  },
  sources: {},
})
beforeEach(() => {
  asked = []
})
afterEach(cleanup)

const BASE: Pick<Setting, 'choices' | 'min' | 'max' | 'unit' | 'nullLabel' | 'help'> = {
  choices: [],
  min: null,
  max: null,
  unit: null,
  nullLabel: null,
  help: 'Help.',
}
const ATTEMPTS: Setting = {
  ...BASE,
  group: 'execution',
  key: 'execution.attempts',
  label: 'Attempts per task',
  type: 'integer',
  min: 1,
  max: 20,
  default: 1,
  value: 1,
  source: 'default',
  variable: 'TBCC_EXECUTION_ATTEMPTS',
}
const DATASETS: Setting = {
  ...BASE,
  group: 'paths',
  key: 'paths.datasets',
  label: 'Datasets',
  type: 'list',
  default: [],
  value: ['/a, b'],
  source: 'file',
  variable: 'TBCC_PATHS_DATASETS',
}

test('the first change is undone by taking it out of the file, a later one by the value before', async () => {
  for (const [setting, undone] of [
    [ATTEMPTS, 'reset'],
    [{ ...ATTEMPTS, value: 3, source: 'file' }, 3],
  ] as const) {
    asked = []
    show(setting)
    const field = screen.getByLabelText('Attempts per task')
    fireEvent.change(field, { target: { value: '5' } })
    fireEvent.keyDown(field, { key: 'Enter' })
    await waitFor(() => expect(asked).toEqual([['execution.attempts', 5]]))
    const { result } = renderHook(() => useNotices())
    await waitFor(() => expect(result.current.at(-1)?.text).toBe('Attempts per task changed'))
    act(() => result.current.at(-1)?.action?.run())
    await waitFor(() => expect(asked.at(-1)).toEqual(['execution.attempts', undone]))
    cleanup()
  }
})

test('a list has one item a line, whatever signs its paths have', async () => {
  show(DATASETS)
  const field = screen.getByLabelText('Datasets')
  expect(field).toHaveProperty('value', '/a, b')
  fireEvent.blur(field)
  fireEvent.change(field, { target: { value: '/a, b\n\n /c;d:e \n' } })
  fireEvent.blur(field)
  await waitFor(() => expect(asked).toEqual([['paths.datasets', ['/a, b', '/c;d:e']]]))
})

test('what a number may be is said always, and so is where the value comes from', () => {
  const sources = (['default', 'file', 'environment', 'run'] as const).map((source) => {
    show({ ...ATTEMPTS, unit: 'tries', nullLabel: 'as ever', source })
    screen.getByText('Help. From 1 to 20 tries, or empty: as ever.')
    const isLocked = screen.getByLabelText<HTMLInputElement>('Attempts per task').disabled
    const badge = document.querySelector('.rounded-full')?.textContent
    cleanup()
    return [badge, isLocked]
  })
  expect(sources).toEqual([
    ['default', false],
    ['changed', false],
    ['set by TBCC_EXECUTION_ATTEMPTS', true],
    ['set at the start', true],
  ])
})

function show(setting: Setting): void {
  render(
    <QueryClientProvider client={createQueryClient()}>
      <SettingRow setting={setting} />
    </QueryClientProvider>,
  )
}

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openSettings } from '../../core/settings/settings.ts'
import { createSettingsFile } from './settings-file.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tbcc-settings-file-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('a missing folder is made when something is set', async () => {
  const home = join(folder, 'a', 'b')
  const settings = await openSettings(createSettingsFile(home), {})
  expect(settings.state().issues).toEqual([])
  await settings.set('execution.attempts', 2)
  expect(JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8'))).toEqual({
    version: 1,
    settings: { 'execution.attempts': 2 },
  })
  expect(statSync(join(home, 'settings.json')).mode & 0o777).toBe(0o600)
  settings.dispose()
})

test('damaged files are kept, each under its own name', async () => {
  for (const text of ['{', '[]']) {
    writeFileSync(join(folder, 'settings.json'), text)
    const settings = await openSettings(createSettingsFile(folder), {})
    expect(settings.state().issues).toHaveLength(1)
    settings.dispose()
  }
  expect(readdirSync(folder)).toEqual(['settings.json.corrupt-1', 'settings.json.corrupt-2'])
  expect(readFileSync(join(folder, 'settings.json.corrupt-2'), 'utf8')).toBe('[]')
})

test('a file that cannot be read is told, and nothing is thrown', async () => {
  const { mkdirSync } = await import('node:fs')
  mkdirSync(join(folder, 'settings.json'))
  const settings = await openSettings(createSettingsFile(folder), {})
  expect(settings.state().issues.join()).toContain('could not read')
  expect(settings.get('execution.attempts')).toBe(1)
  settings.dispose()
})

test('two engines see each other’s changes', async () => {
  const [one, other] = await Promise.all([1, 2].map(async () => openSettings(createSettingsFile(folder), {})))
  if (one === undefined || other === undefined) throw new Error('both are open')
  await one.set('execution.attempts', 9)
  await vi.waitFor(() => expect(other.get('execution.attempts')).toBe(9), 8000)
  await Promise.all([one.set('execution.retries', 3), other.reset('execution.attempts')])
  await vi.waitFor(() => expect(one.state()).toEqual(other.state()), 8000)
  one.dispose()
  other.dispose()
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSettings } from '../core/settings/settings.ts'
import { createSettingsFile } from '../node/settings/settings-file.ts'
import { appJobsDirOf } from './app-places.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-places-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('jobs are kept where the flag says, else the setting, else in the folder of the app', async () => {
  const host = { cwd: '/home/me/project', env: { HOME: '/home/me', TBCC_SETTINGS_DIR: folder } }
  expect(await appJobsDirOf({}, host)).toBe('/home/me/tbcc/jobs')
  const settings = await openSettings(createSettingsFile(folder), host.env)
  await settings.set('paths.jobs', '/data/jobs')
  settings.dispose()
  expect(await appJobsDirOf({}, host)).toBe('/data/jobs')
  expect(await appJobsDirOf({ jobsDir: 'mine' }, host)).toBe('/home/me/project/mine')
})

test('settings that cannot be read leave the folder of the app', async () => {
  writeFileSync(join(folder, 'settings.json'), '{')
  const host = { cwd: '/home/me/project', env: { HOME: '/home/me', TBCC_SETTINGS_DIR: folder } }
  expect(await appJobsDirOf({}, host)).toBe('/home/me/tbcc/jobs')
})

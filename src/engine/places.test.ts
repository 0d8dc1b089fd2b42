import { expect, test } from 'vitest'
import { defaultJobsDir, settingsDirOf } from './places.ts'

test('settings are kept where the system keeps them', () => {
  const env = { HOME: '/home/ann' }
  expect(settingsDirOf(env, 'linux')).toBe('/home/ann/.config/tbcc')
  expect(settingsDirOf({ ...env, XDG_CONFIG_HOME: '/cfg' }, 'linux')).toBe('/cfg/tbcc')
  expect(settingsDirOf({ ...env, XDG_CONFIG_HOME: 'cfg' }, 'linux')).toBe('/home/ann/.config/tbcc')
  expect(settingsDirOf(env, 'darwin')).toBe('/home/ann/Library/Application Support/tbcc')
})

test('a variable names another folder, but no relative one', () => {
  expect(settingsDirOf({ HOME: '/home/ann', TBCC_SETTINGS_DIR: '/s' }, 'linux')).toBe('/s')
  expect(settingsDirOf({ HOME: '/home/ann', TBCC_SETTINGS_DIR: 's' }, 'linux')).toBe('/home/ann/.config/tbcc')
})

test('jobs are kept in the home folder', () => {
  expect(defaultJobsDir({ HOME: '/home/ann' })).toBe('/home/ann/tbcc/jobs')
})

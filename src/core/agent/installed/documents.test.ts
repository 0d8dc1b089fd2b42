import { expect, test } from 'vitest'
import { readDocuments } from './documents.ts'
import { parseSettings, type SettingSpecs } from './settings.ts'

const SPECS = {
  config: { kind: 'document', summary: 'a file' },
  note: { kind: 'text', summary: 'a text' },
} as const satisfies SettingSpecs

const host = { readText: async (path: string) => `text of ${path}` }

test.each([
  [
    { config: '/x/config.toml', note: '/x' },
    { config: 'text of /x/config.toml', note: '/x' },
  ],
  [{ config: { a: [1] } }, { config: '{"a":[1]}', note: null }],
  [{}, { config: null, note: null }],
])('a document is read from its file, or stands there: %j', async (kwargs, settings) => {
  expect(parseSettings('some', SPECS, await readDocuments(SPECS, kwargs, host))).toEqual(settings)
})

test.each([[''], [['a']], [true]])('anything else is refused: %j', async (config) => {
  const kwargs = await readDocuments(SPECS, { config }, host)
  expect(() => parseSettings('some', SPECS, kwargs)).toThrow('setting config must be the path of a file of this host')
})

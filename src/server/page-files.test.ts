import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPageFiles } from './page-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-page-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function build(name: string): void {
  rmSync(join(folder, 'assets'), { recursive: true, force: true })
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'assets', `${name}.js`), name)
  writeFileSync(join(folder, 'index.html'), `<script src="/assets/${name}.js">`)
}

test('serves what was built last', async () => {
  build('one-AbCd1234')
  const page = openPageFiles(folder)
  const textOf = async (path: string) => (await page.read(path))?.content.toString() ?? null
  expect(await textOf('/')).toContain('one-AbCd1234')
  expect(await textOf('/assets/one-AbCd1234.js')).toBe('one-AbCd1234')
  build('second-EfGh5678')
  expect(await textOf('/')).toContain('second-EfGh5678')
  expect(await textOf('/assets/second-EfGh5678.js')).toBe('second-EfGh5678')
  expect(await textOf('/assets/one-AbCd1234.js')).toBeNull()
})

test('goes on with what it has while there is no page', async () => {
  build('one-AbCd1234')
  const page = openPageFiles(folder)
  await page.read('/')
  rmSync(join(folder, 'index.html'))
  expect((await page.read('/'))?.content.toString()).toContain('one-AbCd1234')
  rmSync(join(folder, 'assets'), { recursive: true })
  expect(await page.read('/assets/one-AbCd1234.js')).toBeNull()
})

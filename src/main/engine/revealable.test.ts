import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findRevealable } from './revealable.ts'

let root: string
let jobs: string

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'tbcc-reveal-')))
  jobs = join(root, 'jobs')
  await mkdir(join(jobs, 'a', 'b'), { recursive: true })
  await mkdir(join(root, 'jobs-of-others'))
  await writeFile(join(jobs, '..hidden'), '')
  await symlink(root, join(jobs, 'out'))
  await symlink(join(jobs, 'a'), join(root, 'into'))
})

afterAll(async () => {
  await rm(root, { recursive: true })
})

test('the folder itself and what is in it may be shown, as what it really is', async () => {
  expect(await findRevealable(jobs, [jobs])).toBe(jobs)
  expect(await findRevealable(join(jobs, 'a', 'b'), ['/nowhere', jobs])).toBe(join(jobs, 'a', 'b'))
  expect(await findRevealable(join(jobs, '..hidden'), [jobs])).toBe(join(jobs, '..hidden'))
  expect(await findRevealable(join(root, 'into', 'b'), [jobs])).toBe(join(jobs, 'a', 'b'))
})

test.each(['.', '..', 'jobs/..', 'jobs/out', 'jobs/a/../../jobs-of-others', 'jobs-of-others', 'jobs/missing'])(
  '%s may not',
  async (path) => {
    expect(await findRevealable(`${root}/${path}`, [jobs])).toBe(null)
  },
)

test('a relative path names nothing', async () => {
  expect(await findRevealable('a', [jobs])).toBe(null)
  expect(await findRevealable('', [jobs])).toBe(null)
})

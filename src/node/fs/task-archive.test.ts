import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { extract } from 'tar-stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Archive } from '../../core/environment/backend.ts'
import { archiveDirectory, type ArchiveOptions } from './task-archive.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-archive-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

interface Found {
  readonly name: string
  readonly type: string
  readonly mode: number
  readonly owner: string
  readonly mtimeMs: number
  readonly link: string | null
  readonly sha256: string
}

async function unpack(archive: Archive): Promise<Found[]> {
  const found: Found[] = []
  const reader = extract()
  reader.on('entry', (header, stream, next) => {
    const hash = createHash('sha256')
    stream.on('data', (chunk) => {
      if (chunk instanceof Uint8Array) hash.update(chunk)
    })
    stream.on('end', () => {
      const { name, type, mode, uid, gid, mtime, linkname } = header
      found.push({
        name,
        type,
        mode,
        owner: `${uid}:${gid}`,
        mtimeMs: mtime.getTime(),
        link: linkname || null,
        sha256: hash.digest('hex'),
      })
      next()
    })
    stream.resume()
  })
  for await (const chunk of archive) reader.write(chunk)
  const finished = new Promise((resolve) => reader.on('finish', () => resolve(null)))
  reader.end(null)
  await finished
  return found
}

const containing = (text: string): unknown => expect.stringContaining(text)
const list = async (options?: ArchiveOptions): Promise<Found[]> => unpack(archiveDirectory(folder, options))
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

test('content, modes, times and links are kept; the owner is root; order is by name', async () => {
  await mkdir(join(folder, 'sub'))
  await writeFile(join(folder, 'sub/data'), 'data')
  await writeFile(join(folder, 'a.sh'), 'true')
  await writeFile(join(folder, 'empty'), '')
  await symlink('sub/data', join(folder, 'link'))
  await symlink('/etc/passwd', join(folder, 'absolute'))
  await chmod(join(folder, 'a.sh'), 0o640)
  await chmod(join(folder, 'sub'), 0o750)
  await utimes(join(folder, 'sub/data'), 1000, 1000)
  const found = await list()
  expect(found.map(({ name, type }) => [name, type])).toEqual([
    ['a.sh', 'file'],
    ['absolute', 'symlink'],
    ['empty', 'file'],
    ['link', 'symlink'],
    ['sub/', 'directory'],
    ['sub/data', 'file'],
  ])
  expect(found.map(({ owner }) => owner)).toEqual(Array.from({ length: 6 }, () => '0:0'))
  expect(found[0]).toMatchObject({ mode: 0o640, sha256: sha256('true') })
  expect(found[1]).toMatchObject({ link: '/etc/passwd' })
  expect(found[3]).toMatchObject({ link: 'sub/data' })
  expect(found[4]).toMatchObject({ mode: 0o750 })
  expect(found[5]).toMatchObject({ mtimeMs: 1_000_000, sha256: sha256('data') })
})

test('below a prefix, with scripts made executable', async () => {
  await mkdir(join(folder, 'sub'))
  await writeFile(join(folder, 'test.sh'), 'true', { mode: 0o644 })
  await writeFile(join(folder, 'sub/test.sh'), 'true', { mode: 0o644 })
  const found = await list({ prefix: 'tests', executable: ['test.sh', 'none'] })
  expect(found.map(({ name, mode }) => [name, mode.toString(8)])).toEqual([
    ['tests/', expect.any(String)],
    ['tests/sub/', expect.any(String)],
    ['tests/sub/test.sh', '644'],
    ['tests/test.sh', '755'],
  ])
})

test('names of any length and script', async () => {
  const deep = Array.from({ length: 12 }, (_, index) => `${'long-name'.repeat(4)}-${index}`).join('/')
  await mkdir(join(folder, deep), { recursive: true })
  await writeFile(join(folder, deep, 'ünï😀 code'), 'x')
  expect((await list()).at(-1)?.name).toBe(`${deep}/ünï😀 code`)
})

test('a directory given by a link is the one that it leads to', async () => {
  await mkdir(join(folder, 'real'))
  await writeFile(join(folder, 'real/a'), 'a')
  await symlink('real', join(folder, 'alias'))
  expect((await unpack(archiveDirectory(join(folder, 'alias')))).map(({ name }) => name)).toEqual(['a'])
})

test('pipes are left out, and do not hang it', async () => {
  await promisify(execFile)('mkfifo', [join(folder, 'pipe')])
  await writeFile(join(folder, 'z'), 'z')
  expect((await list()).map(({ name }) => name)).toEqual(['z'])
})

test('a large file is streamed whole', async () => {
  const path = join(folder, 'large.bin')
  await writeFile(path, 'head')
  await truncate(path, 96 * 1024 ** 2)
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) if (chunk instanceof Uint8Array) hash.update(chunk)
  const before = process.memoryUsage().rss
  expect((await list())[0]?.sha256).toBe(hash.digest('hex'))
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 ** 2)
})

test('a reader that stops early leaves nothing open', async () => {
  await writeFile(join(folder, 'large.bin'), '')
  await truncate(join(folder, 'large.bin'), 32 * 1024 ** 2)
  for (let round = 0; round < 3; round++) {
    for await (const chunk of archiveDirectory(folder)) if (chunk.length > 0) break
  }
  // An open handle would keep the descriptor's link to the file.
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    `ls -l /proc/${process.pid}/fd 2>/dev/null | grep -c "${folder}" || true`,
  ])
  expect(stdout.trim()).toBe('0')
})

test('what is not there is an error that names it', async () => {
  await expect(unpack(archiveDirectory(join(folder, 'none')))).rejects.toMatchObject({
    code: 'invalid-input',
    message: containing('none'),
  })
})

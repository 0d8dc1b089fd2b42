import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import fc from 'fast-check'
import { pack, type Header } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ExtractReport } from '../../core/job/ports.ts'
import { extractArchive, type ExtractOptions } from './extract.ts'

let folder: string
let target: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-extract-'))
  target = join(folder, 'job', 'target')
  mkdirSync(join(folder, 'job'))
  writeFileSync(join(folder, 'outside'), 'precious')
  writeFileSync(join(folder, 'job', 'beside'), 'precious')
})
afterEach(() => rmSync(folder, { recursive: true }))

type Entry = Partial<Header> & { readonly name: string; readonly content?: string }

async function* archiveOf(entries: readonly Entry[]): AsyncGenerator<Uint8Array> {
  const archive = pack()
  for (const { content, ...header } of entries) {
    if (header.type === undefined || header.type === 'file') archive.entry(header, content ?? '')
    else archive.entry(header).end(null)
  }
  archive.finalize()
  for await (const chunk of archive) if (chunk instanceof Uint8Array) yield chunk
}

const extract = async (entries: readonly Entry[], options: Partial<ExtractOptions> = {}): Promise<ExtractReport> =>
  extractArchive(archiveOf(entries), target, { maxBytes: 10_000, maxFiles: 100, ...options })
const reasons = (report: ExtractReport): Record<string, string> =>
  Object.fromEntries(report.skipped.map(({ path, reason }) => [path, reason]))
const read = (path: string): string => readFileSync(join(target, path), 'utf8')

describe('what is taken over', () => {
  it('makes the top folder the target and keeps what the archive does not name', async () => {
    mkdirSync(target)
    writeFileSync(join(target, 'kept'), 'kept')
    writeFileSync(join(target, 'changed'), 'old')
    const report = await extract([
      { name: 'verifier', type: 'directory' },
      { name: 'verifier/changed', content: 'new' },
      { name: 'verifier/deep/er/file', content: 'deep' },
    ])
    expect(report).toEqual({ rootType: 'directory', files: 2, bytes: 7, skipped: [] })
    expect([read('kept'), read('changed'), read('deep/er/file')]).toEqual(['kept', 'new', 'deep'])
  })

  it('makes a top file the target', async () => {
    expect(await extract([{ name: 'result.csv', content: 'a,b' }])).toEqual({
      rootType: 'file',
      files: 1,
      bytes: 3,
      skipped: [],
    })
    expect(readFileSync(target, 'utf8')).toBe('a,b')
  })

  it('takes over who may run a file, and no other mode', async () => {
    await extract([
      { name: 't/run', content: '#!', mode: 0o6777 },
      { name: 't/secret', content: '', mode: 0o000 },
      { name: 't/dir', type: 'directory', mode: 0o1000 },
    ])
    expect(statSync(join(target, 'run')).mode & 0o7777 & ~0o022).toBe(0o755)
    expect(statSync(join(target, 'secret')).mode & 0o7600).toBe(0o600)
    expect(statSync(join(target, 'dir')).mode & 0o7700).toBe(0o700)
  })

  it('keeps links that stay inside and hard links to files of the archive', async () => {
    const report = await extract([
      { name: 't/sub/file', content: 'text' },
      { name: 't/sub/link', type: 'symlink', linkname: '../sub/file' },
      { name: 't/dangling', type: 'symlink', linkname: 'nothing' },
      { name: 't/hard', type: 'link', linkname: 't/sub/file' },
    ])
    expect(report.skipped).toEqual([])
    expect([readlinkSync(join(target, 'sub/link')), readlinkSync(join(target, 'dangling')), read('hard')]).toEqual([
      '../sub/file',
      'nothing',
      'text',
    ])
  })

  it('leaves out what tar --exclude would, without listing it', async () => {
    const entries = [
      't/a.pyc',
      't/deep/b.pyc',
      't/node_modules/x/y',
      't/keep.py',
      't/src/secret.txt',
      't/secret.txt',
    ].map((name) => ({ name, content: 'x' }))
    const report = await extract(entries, { exclude: ['*.pyc', 'node_modules', './secret.txt'] })
    expect(report).toMatchObject({ files: 2, skipped: [] })
    expect(readdirSync(target).sort()).toEqual(['keep.py', 'src'])
    expect(read('src/secret.txt')).toBe('x')
  })
})

describe('what is refused', () => {
  it('lists entries and links that lead out', async () => {
    const report = await extract([
      { name: '/etc/passwd', content: 'x' },
      { name: 't/../../outside', content: 'x' },
      { name: 't/up', type: 'symlink', linkname: '../beside' },
      { name: 't/abs', type: 'symlink', linkname: '/etc/passwd' },
      { name: 't/deep/turn', type: 'symlink', linkname: 'a/../../..' },
      { name: 't/hard', type: 'link', linkname: '/etc/passwd' },
      { name: 't/hard2', type: 'link', linkname: '../beside' },
    ])
    expect(report).toMatchObject({ files: 0, bytes: 0 })
    expect(Object.keys(reasons(report))).toHaveLength(7)
    expect(reasons(report)['t/up']).toBe('it is a link that leaves the folder')
  })

  it('keeps no link that climbs out of the folder that another link leads to', async () => {
    const report = await extract([
      { name: 't/a/b/root', type: 'symlink', linkname: '../..' },
      { name: 't/out', type: 'symlink', linkname: 'a/b/root/../beside' },
    ])
    expect(reasons(report)).toEqual({ 't/out': 'it is a link whose path turns back' })
  })

  it('skips devices, pipes and what it does not know', async () => {
    const kinds = ['character-device', 'block-device', 'fifo'] as const
    const report = await extract(kinds.map((type) => ({ name: `t/${type}`, type, devmajor: 1, devminor: 3 })))
    expect(Object.values(reasons(report))).toEqual(kinds.map((kind) => `it is a ${kind}`))
    expect(lstatSync(target, { throwIfNoEntry: false })).toBeUndefined()
  })

  it('never writes through a link, found or made', async () => {
    mkdirSync(target)
    symlinkSync('../beside', join(target, 'found'))
    symlinkSync('..', join(target, 'foundDir'))
    const report = await extract([
      { name: 't/found', content: 'x' },
      { name: 't/foundDir/beside', content: 'x' },
      { name: 't/self', type: 'symlink', linkname: '.' },
      { name: 't/self/inner', content: 'x' },
      { name: 't/inner', type: 'symlink', linkname: 'found' },
      { name: 't/inner', content: 'y' },
    ])
    expect(Object.keys(reasons(report)).sort()).toEqual(['t/foundDir/beside', 't/self/inner'])
    expect([read('found'), read('inner')]).toEqual(['x', 'y'])
    expect(readFileSync(join(folder, 'job', 'beside'), 'utf8')).toBe('precious')
  })

  it('does not put a link or a file in the place of a folder', async () => {
    const report = await extract([
      { name: 't/dir/file', content: 'x' },
      { name: 't/dir', type: 'symlink', linkname: '.' },
      { name: 't/dir', content: 'x' },
    ])
    expect(report.skipped.map(({ reason }) => reason)).toEqual([
      'a folder stands in its place',
      'a folder stands in its place',
    ])
    expect(read('dir/file')).toBe('x')
  })

  it('keeps to the limits, lists what is over them and takes what still fits', async () => {
    const report = await extract(
      [
        { name: 't/a', content: 'x'.repeat(60) },
        { name: 't/b', content: 'x'.repeat(60) },
        { name: 't/c', content: 'x'.repeat(40) },
      ],
      { maxBytes: 100 },
    )
    expect(report).toMatchObject({ files: 2, bytes: 100, skipped: [{ path: 't/b' }] })
    const many = await extract(
      Array.from({ length: 3000 }, (_, index) => ({ name: `t/${index}` })),
      { maxFiles: 5 },
    )
    expect(many.files).toBe(5)
    expect(many.skipped).toHaveLength(1001)
    expect(many.skipped.at(-1)).toEqual({ path: '…', reason: '1995 more were skipped' })
  })

  it('leaves the files of tbcc alone', async () => {
    mkdirSync(target)
    writeFileSync(join(target, 'command.txt'), 'ours')
    const report = await extract([{ name: 't/command.txt', content: 'theirs' }], { reserved: new Set(['command.txt']) })
    expect(report.skipped).toHaveLength(1)
    expect(read('command.txt')).toBe('ours')
  })

  it('shows no control characters of a name', async () => {
    const report = await extract([{ name: 't/../\u001b[31mred\n', content: '' }])
    expect(report.skipped[0]?.path).toBe(String.raw`t/../\x1b[31mred\x0a`)
  })

  it('tells names apart as the file system does', async () => {
    const entries = [
      { name: 't/Readme', content: '1' },
      { name: 't/README', content: '2' },
      { name: 't/nul.txt', content: '3' },
      { name: 't/a:b', content: '4' },
      { name: 't/ends.', content: '5' },
    ]
    expect(Object.keys(reasons(await extract(entries, { platform: 'linux' })))).toEqual([])
    expect(Object.keys(reasons(await extract(entries, { platform: 'darwin' })))).toEqual(['t/README'])
    expect(Object.keys(reasons(await extract(entries, { platform: 'win32' })))).toEqual([
      't/README',
      't/nul.txt',
      't/a:b',
      't/ends.',
    ])
  })
})

describe('archives that end badly', () => {
  it('refuses what is no tar and what is cut', async () => {
    async function* noise(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(2048, 'x')
    }
    await expect(extractArchive(noise(), target, { maxBytes: 100, maxFiles: 10 })).rejects.toMatchObject({
      code: 'archive-refused',
    })
    async function* cut(): AsyncGenerator<Uint8Array> {
      for await (const chunk of archiveOf([{ name: 't/a', content: 'x'.repeat(2000) }])) yield chunk.subarray(0, 700)
    }
    await expect(extractArchive(cut(), target, { maxBytes: 10_000, maxFiles: 10 })).rejects.toMatchObject({
      code: 'archive-refused',
    })
  })

  it("passes on the archive's own error", async () => {
    const gone = Object.assign(new Error('gone'), { code: 'environment-gone' })
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield* archiveOf([{ name: 't/a', content: 'x' }])
      throw gone
    }
    await expect(extractArchive(breaking(), target, { maxBytes: 10_000, maxFiles: 10 })).rejects.toBe(gone)
    async function* breakingInside(): AsyncGenerator<Uint8Array> {
      for await (const chunk of archiveOf([{ name: 't/a', content: 'x'.repeat(2000) }])) {
        yield chunk.subarray(0, 700)
        throw gone
      }
    }
    await expect(extractArchive(breakingInside(), target, { maxBytes: 10_000, maxFiles: 10 })).rejects.toBe(gone)
  })

  it('stops reading an archive that is mostly passed over, and lets go of it', async () => {
    let released = false
    const block = Buffer.alloc(1024 * 1024)
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (let part = 0; ; part += 1) {
          yield headerOf(`t/${part}`, 512 * 1024 ** 2)
          for (let sent = 0; sent < 512; sent += 1) yield block
        }
      } finally {
        released = true
      }
    }
    const report = await extractArchive(endless(), target, { maxBytes: 1000, maxFiles: 10 })
    expect(report.files).toBe(0)
    expect(report.skipped.at(-1)?.reason).toMatch(/^from here on/)
    while (!released) await new Promise((resolve) => setImmediate(resolve))
  })

  it('stops reading zeros that never end', async () => {
    const block = Buffer.alloc(1024 * 1024)
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield block
    }
    await expect(extractArchive(endless(), target, { maxBytes: 1000, maxFiles: 10 })).rejects.toMatchObject({
      code: 'archive-refused',
    })
  })
})

/** The first block of an entry. */
function headerOf(name: string, size: number): Uint8Array {
  const header = Buffer.alloc(512)
  header.write(name)
  header.write('0000644\0', 100)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('        0', 148)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** Everything below a folder but the target, by path and content. */
function outsideOf(): Record<string, string> {
  const found: Record<string, string> = {}
  const walk = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name)
      if (child === target) continue
      found[child] = entry.isFile() ? readFileSync(child, 'utf8') : 'folder'
      if (entry.isDirectory()) walk(child)
    }
  }
  walk(folder)
  return found
}

function assertInside(path: string): void {
  for (const name of readdirSync(path)) {
    const child = join(path, name)
    const stats = lstatSync(child)
    expect(stats.isFile() || stats.isDirectory() || stats.isSymbolicLink()).toBe(true)
    expect(stats.isSymbolicLink() ? 0 : stats.mode & 0o7000).toBe(0)
    if (stats.isSymbolicLink()) {
      expect(relative(target, resolve(dirname(child), readlinkSync(child)))).not.toMatch(/^\.\.(\/|$)|^\//)
      const real = resolveReal(child)
      if (real !== null) expect(relative(realpathSync(target), real)).not.toMatch(/^\.\.(\/|$)|^\//)
    }
    if (stats.isDirectory()) assertInside(child)
  }
}

function resolveReal(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

it('writes nothing outside and leaves no way out, whatever the archive holds', async () => {
  const part = fc.constantFrom('a', 'b', 'c', '..', '.', '', 'job', 'target', 'beside')
  const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'))
  const name = fc.oneof(
    { weight: 4, arbitrary: path.map((rest) => `t/${rest}`) },
    path,
    path.map((rest) => `/${rest}`),
  )
  const type = fc.constantFrom(
    'file',
    'file',
    'directory',
    'symlink',
    'symlink',
    'link',
    'fifo',
    'character-device',
  ) as fc.Arbitrary<NonNullable<Header['type']>>
  const entry = fc.record({
    name,
    type,
    linkname: fc.oneof(path, name),
    mode: fc.integer({ min: 0, max: 0o7777 }),
    content: fc.constantFrom('', 'x', 'yy'),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 12 }),
      fc.constantFrom<NodeJS.Platform>('linux', 'darwin'),
      async (entries, platform) => {
        rmSync(target, { recursive: true, force: true })
        const before = outsideOf()
        const usable = entries.map(({ name, ...rest }) => ({
          ...rest,
          name: name === '' ? 't' : name,
          linkname: rest.linkname === '' ? 'a' : rest.linkname,
        }))
        await extract(usable, { platform })
        expect(outsideOf()).toEqual(before)
        if (lstatSync(target, { throwIfNoEntry: false })?.isDirectory() === true) assertInside(target)
      },
    ),
    { numRuns: 400 },
  )
})

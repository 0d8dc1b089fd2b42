import { expect, test } from 'vitest'
import { extract, type Header, pack } from 'tar-stream'
import type { Archive } from '../../core/environment/backend.ts'
import { movedBelow } from './move-archive.ts'

const long = `${'folder/'.repeat(30)}ü-${'n'.repeat(90)}`

test('everything stands below the folder, which comes first; links within the archive follow', async () => {
  const entries = await read(movedBelow(sample(), '/made//for/it/'))
  expect(entries.map(({ name, type, linkname, mode, content }) => ({ name, type, linkname, mode, content }))).toEqual([
    { name: 'made/for/it/', type: 'directory', linkname: null, mode: 0o755, content: '' },
    { name: 'made/for/it/', type: 'directory', linkname: null, mode: 0o711, content: '' },
    { name: 'made/for/it/a/file', type: 'file', linkname: null, mode: 0o640, content: 'text' },
    { name: `made/for/it/${long}`, type: 'file', linkname: null, mode: 0o644, content: 'deep' },
    { name: 'made/for/it/hard', type: 'link', linkname: 'made/for/it/a/file', mode: 0o644, content: '' },
    { name: 'made/for/it/soft', type: 'symlink', linkname: '../a/file', mode: 0o644, content: '' },
  ])
  expect(entries[2]).toMatchObject({ uid: 12, gid: 34, pax: null })
  expect(entries[3]?.pax).toMatchObject({ 'SCHILY.xattr.user.note': 'kept' })
})

test('a source that fails is thrown on', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(100)
    throw new Error('the source broke')
  }
  await expect(read(movedBelow(broken(), '/x'))).rejects.toThrow('the source broke')
})

test('can be left off', async () => {
  for await (const chunk of movedBelow(sample(), '/x')) {
    expect(chunk.length).toBeGreaterThan(0)
    break
  }
})

async function* sample(): AsyncGenerator<Uint8Array> {
  const out = pack()
  out.entry({ name: './', type: 'directory', mode: 0o711 })
  out.entry({ name: './a/file', mode: 0o640, uid: 12, gid: 34 }, 'text')
  out.entry({ name: long, pax: { 'SCHILY.xattr.user.note': 'kept', path: long } }, 'deep')
  out.entry({ name: 'hard', type: 'link', linkname: 'a/file' })
  out.entry({ name: '/soft', type: 'symlink', linkname: '../a/file' })
  out.finalize()
  for await (const chunk of out) if (chunk instanceof Uint8Array) yield chunk
}

async function read(archive: Archive): Promise<(Header & { content: string })[]> {
  const entries: (Header & { content: string })[] = []
  const reader = extract()
  const feeding = (async () => {
    for await (const chunk of archive) reader.write(chunk)
    reader.end(undefined)
  })()
  feeding.catch((error: Error) => reader.destroy(error))
  for await (const entry of reader) {
    let content = ''
    for await (const chunk of entry) content += String(chunk)
    entries.push({ ...entry.header, content })
  }
  await feeding
  return entries
}

import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Archive, Container } from '../../src/core/environment/backend.ts'
import { archiveOf, type Bed, readArchive, run } from './backend-bed.ts'

/** Files on their way in and out. */
export function archiveSuite(bed: Bed): void {
  describe('archives', () => {
    let container: Container
    beforeAll(async () => {
      container = await bed.start()
    })

    test('keep modes, links, long names and empty folders', async () => {
      const long = `${'a-long-folder-name/'.repeat(8)}${'n'.repeat(120)} ü.txt`
      await container.putArchive(
        '/app/in',
        archiveOf(
          { name: 'run.sh', mode: 0o755, content: '#!/bin/sh\n' },
          { name: 'secret', mode: 0o600, content: 'hush' },
          { name: 'empty', type: 'directory', mode: 0o700 },
          { name: 'link', type: 'symlink', linkname: '../elsewhere' },
          { name: 'same', type: 'link', linkname: 'secret', mode: 0o600 },
          { name: long, content: 'deep' },
          { name: 'nothing', content: '' },
        ),
      )
      const listed = await run(
        container,
        'cd /app/in && stat -c "%n %A %h %s" run.sh secret empty same nothing; readlink link',
      )
      expect(listed.stdout).toBe(
        [
          'run.sh -rwxr-xr-x 1 10',
          'secret -rw------- 2 4',
          'empty drwx------ 2 4096',
          'same -rw------- 2 4',
          'nothing -rw-r--r-- 1 0',
          '../elsewhere\n',
        ]
          .join('\n')
          .replace('4096', /empty \S+ 2 (\d+)/.exec(listed.stdout)?.[1] ?? 'a size'),
      )
      expect((await run(container, 'cat "$NAME"', { env: { NAME: `/app/in/${long}` } })).stdout).toBe('deep')

      const back = new Map((await entries('/app/in')).map((entry) => [entry.name.replace(/\/$/, ''), entry]))
      expect(back.get('in')?.type).toBe('directory')
      expect(back.get('in/run.sh')).toMatchObject({ type: 'file', mode: 0o755, content: Buffer.from('#!/bin/sh\n') })
      expect(back.get('in/empty')).toMatchObject({ type: 'directory', mode: 0o700 })
      expect(back.get('in/link')).toMatchObject({ type: 'symlink', linkname: '../elsewhere' })
      expect(back.get(`in/${long}`)?.content.toString()).toBe('deep')
      // One of the two names of a file is a link to the other.
      const pair = [back.get('in/secret'), back.get('in/same')]
      expect(new Set(pair.map((entry) => entry?.content.toString()))).toEqual(new Set(['', 'hush']))
    })

    test('belong to whom the archive says', async () => {
      await container.putArchive('/app/owned', archiveOf({ name: 'file', content: 'x', uid: 0, gid: 0 }))
      expect((await run(container, 'stat -c "%u:%g" /app/owned/file')).stdout).toBe('0:0\n')
    })

    test('missing folders are made, one above another', async () => {
      await container.putArchive('/made/here/below', archiveOf({ name: 'f', content: 'x' }))
      expect(
        (await run(container, 'cat /made/here/below/f; stat -c %a /made /made/here /made/here/below')).stdout,
      ).toBe('x755\n755\n755\n')
    })

    test('a folder is made even for an empty archive', async () => {
      await container.putArchive('/made/empty', archiveOf())
      expect((await run(container, 'ls -A /made/empty && stat -c %F /made/empty')).stdout).toBe('directory\n')
    })

    test('folders that exist keep their mode and their files', async () => {
      await run(container, 'mkdir -p /app/kept && chmod 1777 /app/kept && touch /app/kept/old')
      await container.putArchive('/app/kept', archiveOf({ name: 'new', content: 'x' }))
      expect((await run(container, 'stat -c %a /app/kept; ls /app/kept')).stdout).toBe('1777\nnew\nold\n')
    })

    test('a file takes the place of one that exists', async () => {
      await container.putArchive('/app', archiveOf({ name: 'text', content: 'longer text' }))
      await container.putArchive('/app', archiveOf({ name: 'text', content: 'new' }))
      expect((await run(container, 'cat /app/text')).stdout).toBe('new')
    })

    test('twenty megabytes arrive and return unchanged', async () => {
      const content = randomBytes(20 * 1024 * 1024)
      const hash = createHash('sha256').update(content).digest('hex')
      await container.putArchive('/app/big', archiveOf({ name: 'random', content }))
      expect((await run(container, 'sha256sum < /app/big/random')).stdout).toBe(`${hash}  -\n`)
      const [entry] = await entries('/app/big/random')
      expect(
        createHash('sha256')
          .update(entry?.content ?? '')
          .digest('hex'),
      ).toBe(hash)
    })

    test('a single file comes under its own name', async () => {
      await run(container, 'echo text > /app/single')
      expect(await entries('/app/single')).toMatchObject([{ name: 'single', content: Buffer.from('text\n') }])
    })

    test('of a path where nothing stands there is none', async () => {
      expect(await container.getArchive('/no/such/thing')).toBeNull()
      expect(await container.getArchive('/app/no-such-thing')).toBeNull()
    })

    test('one that is not read to its end harms nobody', async () => {
      await run(container, 'head -c 30000000 /dev/urandom > /app/half')
      const archive = await container.getArchive('/app/half')
      if (archive === null) throw new Error('the file is missing')
      for await (const chunk of archive) {
        expect(chunk.length).toBeGreaterThan(0)
        break
      }
      expect((await run(container, 'echo alive')).stdout).toBe('alive\n')
    })

    test('a source that breaks is named, and the environment lives', async () => {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield Buffer.alloc(512)
        throw new Error('the disk was pulled out')
      }
      await expect(container.putArchive('/app', broken())).rejects.toThrow('the disk was pulled out')
      expect((await run(container, 'echo alive')).stdout).toBe('alive\n')
    })

    test('many at once', async () => {
      const names = Array.from({ length: 8 }, (_, n) => `parallel-${n}`)
      await Promise.all(
        names.map(async (name) => container.putArchive(`/app/${name}`, archiveOf({ name: 'f', content: name }))),
      )
      const found = await Promise.all(names.map(async (name) => entries(`/app/${name}/f`)))
      expect(found.map(([entry]) => entry?.content.toString())).toEqual(names)
    })

    async function entries(path: string) {
      const archive: Archive | null = await container.getArchive(path)
      if (archive === null) throw new Error(`${path} is missing`)
      return readArchive(archive)
    }
  })

  describe('changes', () => {
    test('of files against the image, in path order', async () => {
      const container = await bed.start({
        contextDir: await bed.folder({
          Dockerfile: 'FROM debian:bookworm-slim\nWORKDIR /app\nCOPY b-changed c-deleted /app/\n',
          'b-changed': 'before',
          'c-deleted': 'before',
        }),
        buildTag: 'tbcc-test:changes',
      })
      await run(
        container,
        'mkdir a-folder && echo new > a-folder/new && echo something else > b-changed && rm c-deleted',
      )
      const changes = await container.changes()
      const kinds = new Map(changes.map(({ path, kind }) => [path, kind]))
      expect(kinds.get('/app/a-folder')).toBe('added')
      expect(kinds.get('/app/a-folder/new')).toBe('added')
      expect(kinds.get('/app/b-changed')).toBe('modified')
      expect(kinds.get('/app/c-deleted')).toBe('deleted')
      const paths = changes.map(({ path }) => path)
      expect(paths).toEqual([...paths].sort())
    })
  })
}

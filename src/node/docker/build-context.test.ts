import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { extract } from 'tar-stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openBuildContext } from './build-context.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-context-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function put(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), `content of ${path}`)
  }
}

async function pathsOf(files: AsyncIterable<{ readonly path: string }>): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of files) paths.push(path)
  return paths
}

const open = async (replaced: Record<string, string> = {}) =>
  openBuildContext(folder, new Map(Object.entries(replaced).map(([name, text]) => [name, Buffer.from(text)])))

test('files come in the order of a walk by bytes, folders before what is in them', async () => {
  await put('Dockerfile', 'a-b', 'a/z', 'a/b/c', 'a.b', 'é', 'z')
  const { files } = await open()
  expect(await pathsOf(files([]))).toEqual(
    ['Dockerfile', 'a', 'a/b', 'a/b/c', 'a/z', 'a-b', 'a.b', 'z', 'é'].toSorted(bySegments),
  )
})

test('folders on the way to an exception are sent, once and before it', async () => {
  await put('.dockerignore', 'out/a/keep', 'out/a/drop', 'out/b/keep', 'other/x')
  await writeFile(join(folder, '.dockerignore'), '*\n!out/*/keep\n')
  const { files } = await open()
  expect(await pathsOf(files([]))).toEqual(['out', 'out/a', 'out/a/keep', 'out/b', 'out/b/keep'])
})

test('rules of the Dockerfile’s own come first', async () => {
  await put('Dockerfile', 'a', 'b')
  await writeFile(join(folder, '.dockerignore'), 'a\n')
  await writeFile(join(folder, 'Dockerfile.dockerignore'), 'b\n')
  const { files } = await open()
  expect(await pathsOf(files([]))).toEqual(['.dockerignore', 'Dockerfile', 'Dockerfile.dockerignore', 'a'])
})

test('what is named is sent whatever the rules say, and nothing else', async () => {
  await put('Dockerfile', 'a', 'sub/Dockerfile')
  await writeFile(join(folder, '.dockerignore'), '**\n')
  const { files } = await open({ added: 'x' })
  expect(await pathsOf(files(['Dockerfile', 'Dockerfile.dockerignore', 'dockerfile']))).toEqual(['Dockerfile'])
  expect(await pathsOf(files(['.dockerignore']))).toEqual(['.dockerignore'])
  expect(await pathsOf(files([]))).toEqual(['added'])
})

test('the tar holds what the builder reads itself, links as links, and what is replaced', async () => {
  await put('Dockerfile', 'sub/run.sh', 'drop')
  await writeFile(join(folder, '.dockerignore'), 'Dockerfile\ndrop\n.dockerignore\n')
  await writeFile(join(folder, 'sub/run.sh'), '#!')
  await chmod(join(folder, 'sub/run.sh'), 0o755)
  await symlink('/etc/passwd', join(folder, 'link'))
  const { tar } = await open({ Dockerfile: 'FROM replaced', extra: 'more' })
  const seen: Record<string, unknown>[] = []
  const reader = extract()
  const feeding = (async () => {
    for await (const chunk of tar()) reader.write(chunk)
    reader.end(undefined)
  })()
  for await (const entry of reader) {
    let text = ''
    for await (const chunk of entry) text += String(chunk)
    const { name, type, mode, linkname, uid, gid } = entry.header
    seen.push({ name, type, mode: mode.toString(8), linkname, owner: uid + gid, text })
  }
  await feeding
  const file = { type: 'file', linkname: null, owner: 0 }
  expect(seen).toEqual([
    { ...file, name: '.dockerignore', mode: '644', text: 'Dockerfile\ndrop\n.dockerignore\n' },
    { ...file, name: 'Dockerfile', mode: '644', text: 'FROM replaced' },
    { ...file, name: 'extra', mode: '644', text: 'more' },
    { name: 'link', type: 'symlink', mode: '777', linkname: '/etc/passwd', owner: 0, text: '' },
    { name: 'sub', type: 'directory', mode: '755', linkname: null, owner: 0, text: '' },
    { ...file, name: 'sub/run.sh', mode: '755', text: '#!' },
  ])
})

/** The order that the receiver checks: a slash comes before every other byte. */
function bySegments(a: string, b: string): number {
  const [first, second] = [a, b].map((path) => Buffer.from(path.replaceAll('/', '\0')))
  return Buffer.compare(first ?? Buffer.alloc(0), second ?? Buffer.alloc(0))
}

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockSkills } from './skill-digest.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-skills-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

test('the digest is the one that Harbor has of the same folder', async () => {
  await write({
    'one/SKILL.md': '# One\n',
    'one/a/b.txt': 'nested',
    'one/a-c.txt': 'after the folder a by parts',
    'one/.hidden': 'h',
  })
  await symlink('SKILL.md', join(folder, 'one/link.md'))
  await symlink('a', join(folder, 'one/folder'))
  await symlink('nothing', join(folder, 'one/gone'))
  expect(await lockSkills([join(folder, 'one')])).toEqual([
    {
      name: 'one',
      source: join(folder, 'one'),
      digest: 'sha256:8d21ba4122c1bd204c6576275e64924fcab3184a79678f7f429f43365fad50b2',
      git_url: null,
      git_commit_id: null,
    },
  ])
})

test('a folder of skills is each of them, by name; of two with one name the later counts', async () => {
  await write({
    'first/one/SKILL.md': 'first',
    'first/zero/SKILL.md': 'x',
    'second/one/SKILL.md': 'second',
    'first/.git/config': '',
    'first/README.md': '',
  })
  await symlink(join(folder, 'second/one'), join(folder, 'alias'))
  const sources = async (...paths: string[]) =>
    (await lockSkills(paths.map((path) => join(folder, path)))).map(({ source }) => source.slice(folder.length + 1))
  expect(await sources('first', 'second')).toEqual(['second/one', 'first/zero'])
  expect(await sources('alias', 'first')).toEqual(['first/one', 'first/zero'])
  expect(await sources()).toEqual([])
})

test('what holds no skill is refused by name', async () => {
  await write({ 'mixed/one/SKILL.md': 'x', 'mixed/two/README.md': 'x', 'empty/README.md': 'x', file: 'x' })
  await expect(lockSkills([join(folder, 'mixed')])).rejects.toThrow(
    `${folder}/mixed/two, in a folder of skills, has no`,
  )
  await expect(lockSkills([join(folder, 'empty')])).rejects.toThrow(`the skill ${folder}/empty has no SKILL.md`)
  await expect(lockSkills([join(folder, 'file')])).rejects.toThrow('is no folder')
  await expect(lockSkills([join(folder, 'none')])).rejects.toMatchObject({ code: 'invalid-input' })
})

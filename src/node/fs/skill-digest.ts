import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { SkillLock } from '../../contract/harbor/lock.ts'
import { compareCodePoints } from '../../core/task/code-point-order.ts'
import { describeFsErrorAt } from './read-text.ts'

/**
 * What identifies a job's skills, as Harbor's locks have it: each skill once, by name, of two with one name the later.
 * `paths` are absolute: a folder with a SKILL.md is a skill, any other a folder of such. Throws `invalid-input`.
 */
export async function lockSkills(paths: readonly string[]): Promise<readonly SkillLock[]> {
  const found = new Map<string, string>()
  for (const path of paths) for (const folder of await findSkills(path)) found.set(basename(folder), folder)
  const sorted = [...found].toSorted(([one], [other]) => compareCodePoints(one, other))
  return Promise.all(
    sorted.map(async ([name, source]) => ({
      name,
      source,
      digest: await hashSkill(source),
      git_url: null,
      git_commit_id: null,
    })),
  )
}

/** The folders of the skills at a path, without links in their own paths. */
async function findSkills(path: string): Promise<readonly string[]> {
  if (!(await isA('folder', path))) throw noSkill(`the skill ${path} is no folder`)
  if (await isA('file', join(path, MAIN_FILE))) return [await realpath(path)]
  const children: string[] = []
  for (const { name } of await readdir(path, { withFileTypes: true })) {
    if (!name.startsWith('.') && (await isA('folder', join(path, name)))) children.push(name)
  }
  for (const child of children) {
    if (!(await isA('file', join(path, child, MAIN_FILE))))
      throw noSkill(`${join(path, child)}, in a folder of skills, has no ${MAIN_FILE}`)
  }
  if (children.length === 0) throw noSkill(`the skill ${path} has no ${MAIN_FILE}`)
  const sorted = children.toSorted(compareCodePoints)
  return Promise.all(sorted.map(async (child) => realpath(join(path, child))))
}

const MAIN_FILE = 'SKILL.md'

/** Over its files, hidden ones too, in the order of their paths, folder by folder. Linked folders are not entered. */
async function hashSkill(folder: string): Promise<string> {
  try {
    const hash = createHash('sha256')
    for (const parts of (await listFiles(folder, [])).toSorted(compareParts)) {
      const content = createHash('sha256').update(await readFile(join(folder, ...parts)))
      hash.update(`${parts.join('/')}\0${content.digest('hex')}\0`)
    }
    return `sha256:${hash.digest('hex')}`
  } catch (error) {
    throw new AppError('invalid-input', `the skill ${folder} cannot be hashed: ${describeFsErrorAt(error)}`, {
      cause: error,
    })
  }
}

async function listFiles(root: string, above: readonly string[]): Promise<(readonly string[])[]> {
  const found: (readonly string[])[] = []
  for (const entry of await readdir(join(root, ...above), { withFileTypes: true })) {
    const parts = [...above, entry.name]
    if (entry.isDirectory()) found.push(...(await listFiles(root, parts)))
    else if (await leadsToFile(entry, join(root, ...parts))) found.push(parts)
  }
  return found
}

async function leadsToFile(entry: Dirent, path: string): Promise<boolean> {
  return entry.isFile() || (entry.isSymbolicLink() && isA('file', path))
}

async function isA(kind: 'file' | 'folder', path: string): Promise<boolean> {
  return stat(path).then(
    (found) => (kind === 'file' ? found.isFile() : found.isDirectory()),
    () => false,
  )
}

function compareParts(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((part, index) => part !== other[index])
  if (at < 0) return one.length - other.length
  const [mine, theirs] = [one[at] ?? '', other[at]]
  return theirs === undefined ? 1 : compareCodePoints(mine, theirs)
}

function noSkill(message: string): AppError {
  return new AppError('invalid-input', message, {
    details: { hint: 'a skill is a folder with a SKILL.md, or a folder of such folders' },
  })
}

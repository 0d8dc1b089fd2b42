import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pack } from 'tar-stream'
import { type IgnoreRules, parseDockerignore } from './dockerignore.ts'
import { type EntryHeader, packed, packFile } from './packed.ts'
import { readIfPresent } from './client-config.ts'

/** Sent whatever the rules say, as the builder itself reads them. */
const ALWAYS: ReadonlySet<string> = new Set(['Dockerfile', '.dockerignore'])

/**
 * A directory as the tar that a build takes: what its .dockerignore leaves, links as links, everything root's, as the
 * docker client sends it. `replaced` holds files, by path, that stand in for those of the directory or are added.
 */
export async function* buildContext(
  directory: string,
  replaced: ReadonlyMap<string, Buffer>,
): AsyncGenerator<Uint8Array> {
  const own = await readIfPresent(join(directory, 'Dockerfile.dockerignore'))
  const rules = parseDockerignore(own ?? (await readIfPresent(join(directory, '.dockerignore'))) ?? '')
  yield* packed(async (out) => {
    for (const [name, content] of replaced) out.entry({ name, mode: 0o644 }, content)
    for await (const path of sentPaths(directory, '', rules)) {
      if (out.destroyed) return
      if (!replaced.has(path)) await add(out, directory, path)
    }
  })
}

/** In code point order, so that equal directories give equal archives. */
async function* sentPaths(directory: string, below: string, rules: IgnoreRules): AsyncGenerator<string> {
  const entries = await readdir(join(directory, below), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    const isSent = ALWAYS.has(path) || !rules.excludes(path)
    if (isSent) yield path
    if (entry.isDirectory() && (isSent || rules.hasExceptions)) yield* sentPaths(directory, path, rules)
  }
}

async function add(out: Pack, directory: string, path: string): Promise<void> {
  const source = join(directory, path)
  const facts = await lstat(source)
  const header: EntryHeader = { name: path, mode: facts.mode & 0o7777, mtime: facts.mtime }
  if (facts.isDirectory()) out.entry({ ...header, type: 'directory' })
  else if (facts.isSymbolicLink()) out.entry({ ...header, type: 'symlink', linkname: await readlink(source) })
  else if (facts.isFile()) await packFile(out, { ...header, type: 'file', size: facts.size }, createReadStream(source))
  // Sockets, pipes and devices mean nothing elsewhere.
}

import { join } from 'node:path'
import type { Pack } from 'tar-stream'
import { readIfPresent } from './client-config.ts'
import { type ContextFile, contextFiles, type Replaced } from './context-files.ts'
import { type IgnoreRules, parseDockerignore } from './dockerignore.ts'
import { packed, packFile } from './packed.ts'

/** Sent in a tar whatever the rules say, as the builder itself reads them and then takes them out again. */
const READ_BY_BUILDER: ReadonlySet<string> = new Set(['Dockerfile', '.dockerignore'])
const NS_PER_MS = 1_000_000n

/** A directory to build from, as its .dockerignore leaves it. */
export interface BuildContext {
  /** As the tar that builders take that have no session. */
  readonly tar: () => AsyncIterable<Uint8Array>
  /** As files for a session: those that the patterns name, whatever the rules say; without patterns what the rules leave. */
  readonly files: (patterns: readonly string[]) => AsyncIterable<ContextFile>
}

/** `replaced` holds files that stand in for those of the directory or are added. */
export async function openBuildContext(directory: string, replaced: Replaced): Promise<BuildContext> {
  const rules = await readRules(directory)
  return {
    tar: () =>
      packed(async (out) => {
        const isSent = (path: string): boolean =>
          READ_BY_BUILDER.has(path) || replaced.has(path) || !rules.excludes(path)
        for await (const file of contextFiles(directory, replaced, isSent, rules.hasExceptions)) {
          if (out.destroyed) return
          await add(out, file)
        }
      }),
    files(patterns) {
      if (patterns.length === 0) {
        const isSent = (path: string): boolean => replaced.has(path) || !rules.excludes(path)
        return contextFiles(directory, replaced, isSent, rules.hasExceptions)
      }
      const wanted = parseDockerignore(patterns.join('\n'))
      return contextFiles(directory, replaced, (path) => wanted.excludes(path), true)
    },
  }
}

/** Rules of the Dockerfile's own come before those of the directory. */
async function readRules(directory: string): Promise<IgnoreRules> {
  const own = await readIfPresent(join(directory, 'Dockerfile.dockerignore'))
  return parseDockerignore(own ?? (await readIfPresent(join(directory, '.dockerignore'))) ?? '')
}

async function add(out: Pack, { path, type, mode, size, mtimeNs, linkname, open }: ContextFile): Promise<void> {
  const header = { name: path, type, mode, mtime: new Date(Number(mtimeNs / NS_PER_MS)) }
  if (type === 'file') await packFile(out, { ...header, size }, open())
  else out.entry(type === 'symlink' ? { ...header, linkname } : header)
}

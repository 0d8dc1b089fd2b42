import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { AppError } from '../contract/errors.ts'

/** The files of the built page, by the path of their URL. */
export interface PageFiles {
  /** Null where there is none of that path. */
  read(path: string): Promise<PageFile | null>
}

export interface PageFile {
  readonly content: Buffer
  /** Null where it gains nothing. */
  readonly gzipped: Buffer | null
  readonly type: string
  readonly etag: string
  /** Its name holds a hash of its content: under it there is never another one. */
  readonly isImmutable: boolean
}

/**
 * Lists the folder; only what is listed is ever read, whatever path is asked for. Contents are kept, compressed once,
 * until the page is built again. Throws AppError `not-found` where the page is not built.
 */
export function openPageFiles(folder: string): PageFiles {
  let stamp = stampOf(folder)
  let paths = listFiles(folder)
  if (!paths.has('/index.html')) {
    throw new AppError('not-found', `there is no built page in ${folder}`, { details: { hint: 'npm run build' } })
  }
  const read = new Map<string, Promise<PageFile>>()

  function lookAgain(): void {
    const now = stampOf(folder)
    // While it is built there may be none: what is known is served until it is there.
    if (now === null || now === stamp) return
    stamp = now
    paths = listFiles(folder)
    read.clear()
  }

  return {
    async read(path) {
      lookAgain()
      const name = path === '/' ? '/index.html' : path
      const file = paths.get(name)
      if (file === undefined) return null
      const known = read.get(name) ?? readPageFile(file, name)
      read.set(name, known)
      try {
        return await known
      } catch {
        // Removed by a build that is under way.
        if (read.get(name) === known) read.delete(name)
        return null
      }
    },
  }
}

/** Changes with each build; null: there is no page. */
function stampOf(folder: string): string | null {
  const index = statSync(join(folder, 'index.html'), { throwIfNoEntry: false })
  if (index === undefined) return null
  const assets = statSync(join(folder, 'assets'), { throwIfNoEntry: false })
  return `${index.ino}:${index.size}:${index.mtimeMs}:${assets?.mtimeMs ?? 0}`
}

function listFiles(folder: string): ReadonlyMap<string, string> {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    return new Map(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [file.slice(folder.length).replaceAll(sep, '/'), file]),
    )
  } catch {
    return new Map()
  }
}

async function readPageFile(file: string, name: string): Promise<PageFile> {
  const content = await readFile(file)
  const extension = extname(name)
  const type = TYPES.get(extension) ?? 'application/octet-stream'
  return {
    content,
    gzipped: COMPRESSED.has(extension) ? await promisify(gzip)(content, { level: 9 }) : null,
    type,
    etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    isImmutable: /^\/assets\/.*-[\w-]{8,}\.\w+$/.test(name),
  }
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.woff', 'font/woff'],
  ['.wasm', 'application/wasm'],
  ['.txt', 'text/plain; charset=utf-8'],
])

const COMPRESSED: ReadonlySet<string> = new Set(['.html', '.js', '.css', '.json', '.svg', '.wasm', '.txt'])

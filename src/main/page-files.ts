import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { pagePolicy } from '../contract/host/page-policy.ts'

export interface PageAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * Answers for the files of the built page and for nothing else. They are listed once: what is asked for is looked up
 * in that list, so that no address can name another file.
 */
export function createPageFiles(folder: string): (path: string) => Promise<PageAnswer> {
  const files = new Map(listFiles(folder, '').map((path) => [path, join(folder, path)]))
  return async (path) => {
    const file = files.get(path === '/' ? '/index.html' : path)
    if (file === undefined)
      return { status: 404, headers: { ...HEADERS, 'content-type': 'text/plain' }, body: NOT_FOUND }
    const type = TYPES[extname(file)] ?? 'application/octet-stream'
    return { status: 200, headers: { ...HEADERS, 'content-type': type }, body: await readFile(file) }
  }
}

const HEADERS = {
  'content-security-policy': pagePolicy(),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}
const NOT_FOUND = Buffer.from('There is no such file.\n')
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** As paths of a URL. */
function listFiles(folder: string, path: string): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const inside = `${path}/${entry.name}`
    if (entry.isDirectory()) return listFiles(folder, inside)
    return entry.isFile() ? [inside] : []
  })
}

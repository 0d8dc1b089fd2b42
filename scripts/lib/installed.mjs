// Whether node_modules and dist are what package-lock.json and src ask for.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { projectNode, root } from './process.mjs'

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} LockedPackage */
/** @typedef {{ packages: Record<string, LockedPackage> }} LockFile */

/** Why packages have to be installed, or null. */
export function installReason() {
  const hidden = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return 'no node_modules yet'
  const stale = stalePackage(readJson(join(root, 'package-lock.json')), readJson(hidden))
  if (stale !== null) return `package-lock.json asks for another ${stale}`
  // Its install script fetches the binary; an npm that runs no scripts leaves it out.
  return existsSync(projectNode) ? null : 'the project has no Node of its own yet'
}

/**
 * The first package of the lock file that npm has not installed as locked (npm writes what it installed, once all of it
 * is there), or null. An optional package may be missing: it is for another platform.
 * @param {LockFile} wanted
 * @param {LockFile} present
 */
export function stalePackage(wanted, present) {
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (path === '') continue
    const found = present.packages[path]
    const mayBeMissing = entry.optional === true || entry.devOptional === true
    if (found === undefined ? !mayBeMissing : found.version !== entry.version)
      return path.replace(/^node_modules\//, '')
  }
  return null
}

/** Why the product has to be built, or null. */
export function buildReason() {
  const inputs = ['src', 'vite.config.ts', 'package.json', 'package-lock.json']
  return newerThan(join(root, 'dist', 'cli.js'), inputs)
}

/** Why the page has to be built, or null. */
export function pageBuildReason() {
  const inputs = [
    'src/contract',
    'src/rpc',
    'src/renderer',
    'vite.renderer.ts',
    'vite.renderer.config.ts',
    'package.json',
    'package-lock.json',
  ]
  return newerThan(join(root, 'dist', 'renderer', 'index.html'), inputs)
}

/** Why a file has to be built from its inputs (files and folders of the project), or null. @param {string} output @param {string[]} inputs */
export function newerThan(output, inputs) {
  const built = modifiedMs(output)
  if (built === null) return 'not built yet'
  return inputs.some((input) => newestMs(join(root, input)) > built) ? 'the sources are newer than dist' : null
}

/** The newest change below a path; a folder's own time tells of removed files. @param {string} path @returns {number} */
function newestMs(path) {
  const own = modifiedMs(path) ?? 0
  if (own === 0 || !statSync(path).isDirectory()) return own
  return Math.max(own, ...readdirSync(path).map((name) => newestMs(join(path, name))))
}

/** @param {string} path */
function modifiedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null
}

/** @param {string} path @returns {LockFile} */
function readJson(path) {
  return /** @type {LockFile} */ (JSON.parse(readFileSync(path, 'utf8')))
}

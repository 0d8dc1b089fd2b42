// Builds the app's own processes and its page; the engine is built with the CLI (setup.mjs).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newerThan } from './installed.mjs'
import { root, run, ScriptError } from './process.mjs'

const inputs = [
  'src/contract',
  'src/rpc',
  'src/engine/places.ts',
  'src/main',
  'src/preload',
  'src/renderer',
  'electron.vite.config.ts',
  'vite.renderer.ts',
  'package.json',
  'package-lock.json',
]

/**
 * The folder to start an Electron with, built where that is needed.
 * @param {import('./electron.mjs').Electron} electron
 * @throws {ScriptError}
 */
export async function buildApp({ major, isShipped }) {
  const name = isShipped ? 'dist' : join('dist', `electron-${major}`)
  const reason =
    newerThan(join(root, name, 'main', 'main.cjs'), inputs) ??
    newerThan(join(root, name, 'renderer', 'index.html'), inputs)
  if (reason !== null) {
    console.log(`Building the app (${reason}) …`)
    const env = isShipped ? {} : { ELECTRON_MAJOR_VER: String(major) }
    // Absolute, or the page would be built into its sources.
    const args = ['build', '--logLevel', 'warn', ...(isShipped ? [] : ['--outDir', join(root, name)])]
    const { code, output } = await run('electron-vite', args, { capture: true, env })
    if (code !== 0) throw new ScriptError(`The build of the app failed:\n${output}`)
  }
  if (isShipped) return root
  writeOlderApp(join(root, name))
  return join(root, name)
}

/** What is built for another Electron lies beside what is shipped, and has the engine in common with it. @param {string} folder */
function writeOlderApp(folder) {
  const { name, version } = /** @type {{ name: string, version: string }} */ (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  )
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, type: 'module', main: 'main/main.cjs' }))
  writeFileSync(join(folder, 'engine-main.js'), "import '../engine-main.js'\n")
}

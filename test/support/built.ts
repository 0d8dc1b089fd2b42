import { join } from 'node:path'
import { buildReason, newerThan } from '../../scripts/lib/installed.mjs'
import { root, run } from '../../scripts/lib/process.mjs'

/** What the page is made of. */
const PAGE = ['src/contract', 'src/rpc', 'src/renderer', 'vite.renderer.ts', 'vite.renderer.config.ts', 'package.json']

/** Builds `dist` where it is older than the sources; `npm test` has done so before. */
export async function ensureBuilt(): Promise<void> {
  if (buildReason() !== null) await build([])
}

/** The same with the page that `tbcc serve` hands out. */
export async function ensurePageBuilt(): Promise<void> {
  await ensureBuilt()
  const page = join(root, 'dist', 'renderer', 'index.html')
  if (newerThan(page, PAGE) !== null) await build(['--config', 'vite.renderer.config.ts'])
}

async function build(args: readonly string[]): Promise<void> {
  const { code, output } = await run('vite', ['build', '--logLevel', 'warn', ...args], { capture: true })
  if (code !== 0) throw new Error(`the build failed:\n${output}`)
}

import { join } from 'node:path'
import { buildReason, newerThan } from '../../scripts/lib/installed.mjs'
import { root, run } from '../../scripts/lib/process.mjs'

/** What the page is made of. */
const PAGE = ['src/contract', 'src/rpc', 'src/renderer', 'vite.renderer.ts', 'vite.renderer.config.ts', 'package.json']

/** Builds `dist` where it is older than the sources, with `page` also the page; `npm test` has done the first before. */
export async function ensureBuilt({ page = false }: { readonly page?: boolean } = {}): Promise<void> {
  if (buildReason() !== null) await build([])
  if (page && newerThan(join(root, 'dist', 'renderer', 'index.html'), PAGE) !== null) {
    await build(['--config', 'vite.renderer.config.ts'])
  }
}

async function build(args: readonly string[]): Promise<void> {
  const { code, output } = await run('vite', ['build', '--logLevel', 'warn', ...args], { capture: true })
  if (code !== 0) throw new Error(`the build failed:\n${output}`)
}

import { buildReason, pageBuildReason } from '../../scripts/lib/installed.mjs'
import { run } from '../../scripts/lib/process.mjs'

/** Builds `dist` where it is older than the sources; `npm test` has done so before. */
export async function ensureBuilt(): Promise<void> {
  if (buildReason() !== null) await build([])
}

/** The same with the page that `tbcc serve` hands out. */
export async function ensurePageBuilt(): Promise<void> {
  await ensureBuilt()
  if (pageBuildReason() !== null) await build(['--config', 'vite.renderer.config.ts'])
}

async function build(args: readonly string[]): Promise<void> {
  const { code, output } = await run('vite', ['build', '--logLevel', 'warn', ...args], { capture: true })
  if (code !== 0) throw new Error(`the build failed:\n${output}`)
}

import { buildReason } from '../../scripts/lib/installed.mjs'
import { run } from '../../scripts/lib/process.mjs'

/** Builds `dist` where it is older than the sources; `npm test` has done so before. */
export async function ensureBuilt(): Promise<void> {
  if (buildReason() === null) return
  const { code, output } = await run('vite', ['build', '--logLevel', 'warn'], { capture: true })
  if (code !== 0) throw new Error(`the build failed:\n${output}`)
}

// Runs vitest and reads what came of it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './process.mjs'

/**
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<import('./test-summary.mjs').Summary>}
 */
export async function runVitest(args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tbcc-test-'))
  const path = join(folder, 'summary.json')
  try {
    const reporters = ['--reporter=default', '--reporter=./scripts/test-reporter.mjs']
    const { code } = await run('vitest', ['run', ...reporters, ...args], { env: { ...env, TBCC_TEST_SUMMARY: path } })
    if (!existsSync(path)) return { passed: 0, failed: 1, skips: [], flaky: [] }
    const summary = /** @type {import('./test-summary.mjs').Summary} */ (JSON.parse(readFileSync(path, 'utf8')))
    // vitest also fails for what is no test, such as a run without any.
    return code !== 0 && summary.failed === 0 ? { ...summary, failed: 1 } : summary
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

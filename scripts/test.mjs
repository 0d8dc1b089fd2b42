// `npm test`: sets up, checks, runs every test that this machine allows, and says what was skipped and why.
//
// Arguments go to vitest (`npm test -- test/cli`). TBCC_REQUIRE=docker,fixtures,… lists groups that may not be skipped.
// The last line is always `N passed, N failed, N skipped`; each step of the check counts as a test.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check } from './check.mjs'
import { run, ScriptError, startScript } from './lib/process.mjs'
import { closingReport, requiredGroups } from './lib/test-summary.mjs'
import { setup } from './setup.mjs'

await startScript(import.meta.url, async () => {
  const { lines, failures } = closingReport(await testAll(), requiredGroups(process.env['TBCC_REQUIRE']))
  console.log(`\n${lines.join('\n')}`)
  return failures === 0 ? 0 : 1
})

/** @returns {Promise<import('./lib/test-summary.mjs').Summary>} */
async function testAll() {
  try {
    await setup()
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
    console.log(error.message)
    return { passed: 0, failed: 1, skips: [] }
  }
  const checked = await check()
  const tested = await runVitest()
  return { passed: checked.passed + tested.passed, failed: checked.failed + tested.failed, skips: tested.skips }
}

/** @returns {Promise<import('./lib/test-summary.mjs').Summary>} */
async function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), 'tbcc-test-'))
  const path = join(folder, 'summary.json')
  try {
    const reporters = ['--reporter=default', '--reporter=./scripts/test-reporter.mjs']
    const { code } = await run('vitest', ['run', ...reporters, ...process.argv.slice(2)], {
      env: { TBCC_TEST_SUMMARY: path },
    })
    if (!existsSync(path)) return { passed: 0, failed: 1, skips: [] }
    const summary = /** @type {import('./lib/test-summary.mjs').Summary} */ (JSON.parse(readFileSync(path, 'utf8')))
    // vitest also fails for what is no test, such as a run without any.
    return code !== 0 && summary.failed === 0 ? { ...summary, failed: 1 } : summary
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

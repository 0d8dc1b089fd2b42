// `npm test`: sets up, checks, runs every test that this machine allows, and says what was skipped and why.
//
// Arguments go to vitest (`npm test -- test/cli`). TBCC_REQUIRE=docker,fixtures,… lists groups that may not be skipped;
// TBCC_RETRIES=1 gives tests of real engines and browsers a second try, and says which needed it.
// The last line is always `N passed, N failed, N skipped`; each step of the check counts as a test.
import { check } from './check.mjs'
import { ScriptError, startScript } from './lib/process.mjs'
import { closingReport, requiredGroups } from './lib/test-summary.mjs'
import { runVitest } from './lib/vitest.mjs'
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
    return { passed: 0, failed: 1, skips: [], flaky: [] }
  }
  const checked = await check()
  const tested = await runVitest(process.argv.slice(2))
  return { ...tested, passed: checked.passed + tested.passed, failed: checked.failed + tested.failed }
}

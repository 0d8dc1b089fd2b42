// `npm run e2e`: the screens in a real browser over `tbcc serve`, with the real engine and real containers.
//
// Arguments go to vitest (`npm run e2e -- shell`). TBCC_REQUIRE=browser,docker: skips of these are failures. What
// explains a failed scenario (pictures, traces) is kept in a folder that its message names. The last line is
// `N passed, N failed, N skipped`.
import { startScript } from './lib/process.mjs'
import { closingReport, requiredGroups } from './lib/test-summary.mjs'
import { runVitest } from './lib/vitest.mjs'
import { setup } from './setup.mjs'

await startScript(import.meta.url, async () => {
  await setup()
  const summary = await runVitest(['--project', 'e2e', ...process.argv.slice(2)])
  const { lines, failures } = closingReport(summary, requiredGroups(process.env['TBCC_REQUIRE']))
  console.log(`\n${lines.join('\n')}`)
  return failures === 0 ? 0 : 1
})

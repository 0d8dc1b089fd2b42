// `npm run e2e:electron`: what only the app has, in a real Electron window.
//
// In the shipped Electron where it can be downloaded, else in an old one for tests. Arguments go to vitest
// (`npm run e2e:electron -- quit`). The last line is `N passed, N failed, N skipped`.
import { buildApp } from './lib/app-build.mjs'
import { startDisplay } from './lib/display.mjs'
import { shippedElectron, testElectron } from './lib/electron.mjs'
import { startScript } from './lib/process.mjs'
import { closingReport, requiredGroups } from './lib/test-summary.mjs'
import { runVitest } from './lib/vitest.mjs'
import { setup } from './setup.mjs'

await startScript(import.meta.url, async () => {
  await setup()
  const electron = await findElectron()
  const folder = await buildApp(electron)
  const display = await startDisplay()
  try {
    console.log(
      `Electron ${electron.version}${electron.isShipped ? '' : ', for tests; the shipped one cannot be downloaded'}`,
    )
    const env = {
      ...electron.env,
      ...display.env,
      TBCC_E2E_ELECTRON: electron.executable,
      TBCC_E2E_APP: folder,
      TBCC_E2E_ARGS: electron.args.join(' '),
    }
    const summary = await runVitest(['--config', 'e2e/electron/vitest.config.ts', ...process.argv.slice(2)], env)
    const { lines, failures } = closingReport(summary, requiredGroups(process.env['TBCC_REQUIRE']))
    console.log(`\n${lines.join('\n')}`)
    return failures === 0 ? 0 : 1
  } finally {
    display.end()
  }
})

async function findElectron() {
  const { electron } = await shippedElectron()
  return electron ?? testElectron()
}

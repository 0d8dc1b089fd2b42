// `npm run screenshots`: writes docs/screenshots/ anew, from the real screens and a real run. Nothing else writes there.
import { run, startScript } from './lib/process.mjs'
import { setup } from './setup.mjs'

await startScript(import.meta.url, async () => {
  await setup()
  const config = 'e2e/screenshots/vitest.config.ts'
  // Without a browser or an engine there is no picture, which is a failure here.
  const env = { TBCC_REQUIRE: 'browser,docker' }
  const { code } = await run('vitest', ['run', '--config', config, ...process.argv.slice(2)], { env })
  return code
})

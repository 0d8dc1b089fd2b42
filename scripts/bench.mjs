// `npm run bench`: ratios against a baseline that is measured in the same run. Arguments go to bench/main.ts.
import { projectNode, run, startScript } from './lib/process.mjs'
import { setup } from './setup.mjs'

await startScript(import.meta.url, async () => {
  await setup()
  const { code } = await run(projectNode, ['bench/main.ts', ...process.argv.slice(2)])
  return code
})

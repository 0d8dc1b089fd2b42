// `npm run quickstart`: from a bare clone to a table of verdicts, with the bundled samples and the oracle agent.
// Arguments go to `tbcc run` (`npm run quickstart -- -n 8`).
import { join } from 'node:path'
import { projectNode, run, startScript } from './lib/process.mjs'
import { samplesFolder, samplesToLeaveOut } from './lib/samples.mjs'
import { setup } from './setup.mjs'

await startScript(import.meta.url, async () => {
  await setup()
  const leftOut = await samplesToLeaveOut()
  if (leftOut.length > 0) {
    console.log(
      `No container engine answers, so these samples, which build an image, are left out: ${leftOut.join(', ')}`,
    )
  }
  const jobName = `quickstart-${new Date().toISOString().slice(0, 19).replace('T', '__').replaceAll(':', '-')}`
  // Two samples install packages while they are built. The host's network is there also where the engine's own has no
  // way out, as behind some firewalls.
  const buildNetwork = ['--ek', 'build_network=host']
  const fixed = ['run', '-p', samplesFolder, '-a', 'oracle', '-y', '--job-name', jobName, ...buildNetwork]
  const args = [...fixed, ...process.argv.slice(2)]
  const { code } = await run(projectNode, [join('dist', 'cli.js'), ...args, ...leftOut.flatMap((name) => ['-x', name])])
  console.log(whereToLookNext(jobName))
  return code
})

/** @param {string} jobName */
function whereToLookNext(jobName) {
  return `
Where to look next
  jobs/${jobName}/   everything that was kept, in Harbor's layout
  npx --no tbcc show ${jobName}   the table again; with a trial's name, what happened in it
  npx --no tbcc tasks -p PATH   what stands in a dataset, for example in your Terminal-Bench 2 checkout
  npx --no tbcc run -p PATH -i 'TASK*' -a oracle   runs tasks of it
  npx --no tbcc serve -o jobs   all of it in a browser: tasks, live runs, why a trial failed
  npx --no tbcc doctor   what this machine can run, and what to do about the rest`
}

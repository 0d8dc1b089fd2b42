// `npm run check`: what can be said about the sources without running them.
import { run, startScript } from './lib/process.mjs'
import { install } from './setup.mjs'

/**
 * `accept` looks at the output of a tool whose exit code alone proves nothing.
 * @type {readonly { name: string, command: readonly string[], accept?: (output: string) => string | null }[]}
 */
const steps = [
  { name: 'types', command: ['tsc', '-b'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'import rules', command: ['depcruise', 'src'], accept: refuseNoModules },
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
]

/** Runs every step and prints one line each, then the output of those that failed. */
export async function check() {
  const results = await Promise.all(steps.map(runStep))
  const failed = results.filter((result) => result.problem !== null)
  for (const { name, command, output, problem } of failed) {
    console.log(`\n── ${name}: ${command.join(' ')}\n${output.trim()}\n${problem}`)
  }
  return { passed: results.length - failed.length, failed: failed.length }
}

/** @param {(typeof steps)[number]} step */
async function runStep({ name, command, accept }) {
  const start = performance.now()
  const [tool = '', ...args] = command
  const { code, output } = await run(tool, args, { capture: true })
  const problem = code === 0 ? (accept?.(output) ?? null) : `exit code ${code}`
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${problem === null ? '✔' : '✖'} ${name.padEnd(14)}${seconds.padStart(5)} s`)
  return { name, command, output, problem }
}

/**
 * dependency-cruiser reads no TypeScript where it does not find the compiler it knows: it then sees 0 modules and
 * exits 0.
 * @param {string} output
 */
function refuseNoModules(output) {
  const modules = Number(/(\d+) modules/.exec(output)?.[1] ?? 0)
  return modules > 0 ? null : 'It looked at no module at all.'
}

await startScript(import.meta.url, async () => {
  await install()
  const { failed } = await check()
  return failed === 0 ? 0 : 1
})

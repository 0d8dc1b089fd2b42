#!/usr/bin/env node
/*
 * Entry of `tbcc`. Nothing that needs a newer Node is imported before the version is checked: this file must load on
 * Node 20, say what is missing, and start no other process.
 */
/** The oldest Node that runs this, as major and minor. `process` is the global one: its module is slow to import. */
export const NEEDED = [22, 12] as const

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `error: tbcc needs Node ${NEEDED.join('.')} or newer; this is Node ${process.versions.node}.\n` +
      'hint: install a newer Node, or run it as "npx --no tbcc" in its checkout, which brings one along.\n',
  )
  process.exitCode = 2
} else {
  const args = process.argv.slice(2)
  process.exitCode = isVersionAsked(args) ? await printVersion() : await run(args)
}

/** Scripts ask for the version again and again: nothing else is loaded for it. */
function isVersionAsked(args: readonly string[]): boolean {
  return args.length === 1 && (args[0] === '--version' || args[0] === '-V')
}

async function printVersion(): Promise<number> {
  const { readVersion } = await import('./version.ts')
  process.stdout.write(`${readVersion()}\n`)
  return 0
}

async function run(args: readonly string[]): Promise<number> {
  // Compiled code is kept in the system's folder for temporary files: the next start is spared the work.
  const { enableCompileCache } = await import('node:module')
  enableCompileCache()
  const { main } = await import('./cli.ts')
  return main(args)
}

#!/usr/bin/env node
/*
 * Entry of `tbcc`. Nothing that needs a newer Node is imported before the version is checked: this file must load on
 * Node 20, say what is missing, and start no other process.
 */
import process from 'node:process'

const NEEDED = [22, 12] as const

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `error: tbcc needs Node ${NEEDED.join('.')} or newer; this is Node ${process.versions.node}.\n` +
      'hint: install a newer Node, or run it as "npx --no tbcc" in its checkout, which brings one along.\n',
  )
  process.exitCode = 2
} else {
  const { main } = await import('./cli.ts')
  process.exitCode = await main(process.argv.slice(2))
}

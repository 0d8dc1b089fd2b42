/*
 * Entry of the engine's process, as CommonJS: it must load on any Node, say what is missing, and start nothing else.
 * Beside it in the build, one folder up, stands the engine itself.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { REFUSED_EXIT_CODE } from './engine/messages.ts'
import { createParentChannel } from './engine/parent-channel.ts'
import { report } from './report.ts'

const NEEDED = [22, 12] as const

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  refuse(
    `the engine needs Node ${NEEDED.join('.')} or newer; this is Node ${process.versions.node}: ` +
      'set TBCC_ENGINE_NODE to the path of a newer one and restart the engine',
  )
} else {
  import(/* @vite-ignore */ pathToFileURL(join(__dirname, '..', 'engine-main.js')).href).catch((error: unknown) => {
    report('the engine did not load', error)
    process.exit(1)
  })
}

/** Ends when the app has heard of it, which then kills it: what a process wrote last may be lost with it. */
function refuse(reason: string): void {
  process.stderr.write(`error: ${reason}\n`)
  const parent = createParentChannel()
  const end = (): never => process.exit(REFUSED_EXIT_CODE)
  // Keeps the process until then.
  setTimeout(end, 10_000)
  parent.onGone(end)
  parent.send({ type: 'refused', reason })
}

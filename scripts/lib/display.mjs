// A display for windows where there is none.
import { spawn } from 'node:child_process'
import { ScriptError } from './process.mjs'

/**
 * The variables that name a display, and how to end it: that of the desktop, or an Xvfb started for this script.
 * @returns {Promise<{ env: Record<string, string>, end: () => void }>}
 * @throws {ScriptError}
 */
export async function startDisplay() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  const isThere = process.platform !== 'linux' || (DISPLAY ?? '') !== '' || (WAYLAND_DISPLAY ?? '') !== ''
  if (isThere) return { env: {}, end: () => {} }
  // It picks a free number and writes it to descriptor 3 when it takes clients.
  const args = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp']
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  /** @type {string} */
  const number = await new Promise((resolve, reject) => {
    server.once('error', (error) => reject(noDisplay(error.message)))
    server.once('exit', (code) => reject(noDisplay(`Xvfb ended with code ${code}`)))
    server.stdio[3]?.once('data', (/** @type {Buffer} */ data) => resolve(data.toString().trim()))
  })
  const end = () => void server.kill()
  process.once('exit', end)
  return { env: { DISPLAY: `:${number}` }, end }
}

/** @param {string} reason */
function noDisplay(reason) {
  return new ScriptError(`There is no display, and none can be started (${reason}). On Debian: apt-get install xvfb`)
}

import { utilityProcess } from 'electron'
import { report } from '../report.ts'
import { keepTail, type LaunchEngine } from './launch.ts'
import type { FromEngine } from './messages.ts'

/** Runs the engine under Electron's own Node. Pages' ports are handed over: their messages never pass this process. */
export function launchUtility(entry: string): LaunchEngine {
  return (listener) => {
    const child = utilityProcess.fork(entry, [], {
      serviceName: 'TB Command Center engine',
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    const stderr = keepTail(child.stderr)
    child.on('message', (message: FromEngine) => listener.onMessage(message))
    child.once('exit', (code) => {
      stderr()
        .then((text) => listener.onExit({ how: `with code ${code}`, stderr: text }))
        .catch((error: unknown) => report('the end of the engine', error))
    })
    return {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
      send: (message) => child.postMessage(message),
      connect: (port) => child.postMessage({ type: 'connect', port: null }, [port]),
      kill() {
        // `child.kill` asks; this does not.
        if (child.pid !== undefined) killNow(child.pid)
      },
    }
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

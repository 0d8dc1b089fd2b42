import { constants, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { runOnHost } from './children.ts'

/**
 * Named pipes for the output of a command. What Node hands to a child are sockets, and those cannot be opened by name:
 * `echo … > /dev/stderr` would fail in every script.
 */
export interface CommandPipes {
  readonly outPath: string
  readonly errPath: string
  readonly stdout: Socket
  readonly stderr: Socket
  /** The names go; what is open stays. */
  unlink(): void
}

export interface PipeMaker {
  make(): Promise<CommandPipes>
}

/** Pipes that are made at a time. */
const BATCH = 24

/** Makes pipes in a folder, several at a time. Everybody may open them who can enter the folder. */
export function createPipeMaker(mkfifo: string, directory: string): PipeMaker {
  let made = 0
  const spare: string[] = []
  let pending: Promise<void> | null = null

  async function makeMore(): Promise<void> {
    const paths = Array.from({ length: BATCH }, (_, index) => join(directory, String(made + index)))
    made += BATCH
    await runOnHost(mkfifo, ['-m', '666', ...paths])
    spare.push(...paths)
  }

  async function take(): Promise<string> {
    for (;;) {
      const path = spare.pop()
      if (path !== undefined) return path
      pending ??= makeMore().finally(() => {
        pending = null
      })
      await pending
    }
  }

  return {
    async make() {
      const [outPath, errPath] = await Promise.all([take(), take()])
      return {
        outPath,
        errPath,
        stdout: reader(outPath),
        stderr: reader(errPath),
        unlink() {
          for (const path of [outPath, errPath]) rmSync(path, { force: true })
        },
      }
    },
  }
}

function reader(path: string): Socket {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return new Socket({ fd, readable: true, writable: false })
}

import { execFile } from 'node:child_process'
import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Named pipes for the streams of a command. What Node hands to a child are sockets, and those cannot be opened by name:
 * `echo … > /dev/stderr` would fail in every script.
 */
export interface CommandPipes {
  readonly outPath: string
  readonly errPath: string
  readonly inPath: string | null
  readonly stdout: Socket
  readonly stderr: Socket
  /** The writing end of standard input. To be called once, when the command's side is open; null where it has gone again. */
  openInput(): Socket | null
  /** The names go; what is open stays. */
  unlink(): void
}

export interface PipeMaker {
  make(withInput: boolean): Promise<CommandPipes>
}

const BATCH = 24

/** Makes pipes in a folder, several at a time. Everybody may open them who can enter the folder. */
export function createPipeMaker(mkfifo: string, directory: string): PipeMaker {
  let made = 0
  let spare: string[] = []
  let pending: Promise<void> | null = null

  async function makeMore(): Promise<void> {
    const paths = Array.from({ length: BATCH }, (_, index) => join(directory, String(made + index)))
    made += BATCH
    await promisify(execFile)(mkfifo, ['-m', '666', ...paths], { env: {} })
    spare.push(...paths)
  }

  async function take(count: number): Promise<readonly string[]> {
    while (spare.length < count) {
      pending ??= makeMore().finally(() => {
        pending = null
      })
      await pending
    }
    const taken = spare.slice(0, count)
    spare = spare.slice(count)
    return taken
  }

  return {
    async make(withInput) {
      const [outPath = '', errPath = '', inPath] = await take(withInput ? 3 : 2)
      return connect(outPath, errPath, inPath ?? null)
    },
  }
}

function connect(outPath: string, errPath: string, inPath: string | null): CommandPipes {
  // Without a writer it would be closed as soon as the command's side opens; it is held for both directions until then.
  let held = inPath === null ? null : openSync(inPath, constants.O_RDWR | constants.O_NONBLOCK)
  const release = (): void => {
    if (held !== null) closeSync(held)
    held = null
  }
  return {
    outPath,
    errPath,
    inPath,
    stdout: reader(outPath),
    stderr: reader(errPath),
    openInput() {
      if (inPath === null) return null
      try {
        const fd = openSync(inPath, constants.O_WRONLY | constants.O_NONBLOCK)
        return new Socket({ fd, readable: false, writable: true })
      } catch {
        return null
      } finally {
        release()
      }
    },
    unlink() {
      release()
      for (const path of [outPath, errPath, inPath]) {
        if (path !== null) rmSync(path, { force: true })
      }
    },
  }
}

function reader(path: string): Socket {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return new Socket({ fd, readable: true, writable: false })
}

import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { SshTarget } from './endpoint.ts'

const CONNECT_TIMEOUT_S = 15
const STDERR_KEPT = 2000

export interface SshDialer {
  /** A stream to the engine through a new ssh session; it breaks with what ssh said when the session ends badly. */
  dial(): Duplex
  /** Ends every session. */
  dispose(): void
}

/**
 * The system's ssh carries the stream, so that the user's configuration, keys, agent and known hosts apply; a session
 * multiplexer set there (ControlMaster) makes new streams cheap. BatchMode: nobody is there to answer a question.
 */
export function createSshDialer(
  target: SshTarget,
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SshDialer {
  const sessions = new Set<ChildProcess>()
  return {
    dial() {
      const child = spawn('ssh', sshArguments(target, command), { env, stdio: 'pipe' })
      sessions.add(child)
      const stream = asSocket(child)
      child.once('close', () => sessions.delete(child))
      return stream
    },
    dispose() {
      for (const child of sessions) child.kill('SIGKILL')
    },
  }
}

function sshArguments(target: SshTarget, command: readonly string[]): string[] {
  return [
    '-T',
    '-oBatchMode=yes',
    `-oConnectTimeout=${CONNECT_TIMEOUT_S}`,
    ...(target.user === null ? [] : ['-l', target.user]),
    ...(target.port === null ? [] : ['-p', String(target.port)]),
    '--',
    target.host,
    ...command,
  ]
}

/**
 * A child's standard streams as what an HTTP agent takes for a socket. Either half may end first; whether the end of its
 * output is the stream's end or a failure is known only at its exit.
 */
function asSocket(child: ChildProcessWithoutNullStreams): Duplex {
  const { stdin, stdout, stderr } = child
  let complaint = ''
  stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-STDERR_KEPT)
  })
  const stream = new Duplex({
    read: () => void stdout.resume(),
    write: (chunk: Buffer, _, done) => void stdin.write(chunk, done),
    final: (done) => void stdin.end(done),
    destroy(error, done) {
      child.kill()
      done(error)
    },
  })
  stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) stdout.pause()
  })
  // The writer is told by its callback.
  stdin.on('error', () => undefined)
  child.once('error', (error) => stream.destroy(error))
  child.once('close', (code) => {
    if (code === 0) stream.push(null)
    else stream.destroy(sshError(code, complaint))
  })
  return Object.assign(stream, socketMethods(child))
}

function sshError(code: number | null, complaint: string): Error {
  return Object.assign(new Error(complaint.trim() || `ssh ended with exit code ${code}`), {
    code: 'ESSH',
  })
}

/** The agent calls these on connections that wait for their next request, which must not keep the process alive. */
function socketMethods(child: ChildProcess) {
  const pipes = [child.stdin, child.stdout, child.stderr].filter((pipe) => pipe instanceof Socket)
  return {
    setKeepAlive() {},
    setNoDelay() {},
    setTimeout() {},
    ref() {
      for (const handle of [child, ...pipes]) handle.ref()
    },
    unref() {
      for (const handle of [child, ...pipes]) handle.unref()
    },
  }
}

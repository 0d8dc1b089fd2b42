import { TrialError } from '../../job/exception.ts'
import type { AgentContext } from '../agent.ts'

/** Of the agent's user alone, while it runs. */
export const PRIVATE_FOLDER = '/tmp/tbcc-private'

/**
 * Writes files, by their plain names, that only the agent's user can read. Their texts go by the standard input: they
 * stand on no command line. TrialError where they could not be written.
 */
export async function putPrivateFiles(
  files: Readonly<Record<string, string>>,
  context: Pick<AgentContext, 'exec' | 'signal'>,
): Promise<void> {
  // Without -p: a folder that somebody else left there is no place for a secret.
  let before = `rm -rf ${PRIVATE_FOLDER} && mkdir ${PRIVATE_FOLDER} && `
  for (const [name, text] of Object.entries(files)) {
    if (context.signal.aborted) return
    const command = `umask 077 && ${before}cat > ${PRIVATE_FOLDER}/${name}`
    const { exitCode } = await context.exec({ purpose: 'agent files', command, stdin: bytesOf(text) })
    before = ''
    if (exitCode === 0 || context.signal.aborted) continue
    throw new TrialError('RuntimeError', `the agent's files could not be written: exit code ${exitCode}`)
  }
}

/**
 * Lines of bash that put a private file where a program looks for it, as private as it was, whatever the image had there.
 * `target` is removed when the run is over: by the recipe's `cleanUp`.
 */
export function copyPrivately(name: string, target: string): readonly string[] {
  return [`rm -f ${target}`, `(umask 077 && cat ${PRIVATE_FOLDER}/${name} > ${target})`]
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}

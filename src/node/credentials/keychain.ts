import { execFile } from 'node:child_process'
import type { CredentialOwner } from '../../core/agent/credentials.ts'
import type { LoginPlace } from './login-place.ts'
import { refuse } from './refuse.ts'

/** The keychain may ask the user, who may have to type a password first. */
const LIMIT_MS = 120_000

/** What `security` ends with where no such item is. */
const ITEM_NOT_FOUND = 44

/** The secret of a generic password in the macOS Keychain; null where there is no such item. */
export async function readKeychain(
  owner: CredentialOwner,
  service: string,
  { env }: Pick<LoginPlace, 'env'>,
): Promise<string | null> {
  const { failure, stdout, stderr } = await runSecurity(['find-generic-password', '-s', service, '-w'], env)
  if (failure === null) return stdout.trim()
  if (failure.code === ITEM_NOT_FOUND || stderr.includes('could not be found')) return null
  const place = `the item "${service}" of the macOS Keychain`
  if (failure.code === 'ENOENT') {
    throw refuse('credential-failed', owner, `${place} could not be read, there is no program \`security\` on PATH`)
  }
  if (failure.killed === true) throw refuse('credential-denied', owner, `nobody allowed access to ${place} in time`)
  throw refuse('credential-denied', owner, `access to ${place} was denied (\`security\` ended with ${failure.code})`)
}

interface SecurityEnd {
  readonly failure: { readonly code?: string | number | null | undefined; readonly killed?: boolean | undefined } | null
  readonly stdout: string
  readonly stderr: string
}

async function runSecurity(words: readonly string[], env: LoginPlace['env']): Promise<SecurityEnd> {
  return new Promise((resolve) => {
    const options = { env, timeout: LIMIT_MS, maxBuffer: 1024 * 1024, encoding: 'utf8' } as const
    execFile('security', words, options, (failure, stdout, stderr) => resolve({ failure, stdout, stderr }))
  })
}

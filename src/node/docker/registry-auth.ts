import { spawn } from 'node:child_process'
import { AppError } from '../../contract/errors.ts'
import * as z from 'zod'
import type { ClientConfig } from './client-config.ts'
import type { EngineConnection } from './connection.ts'
import { credentialKey } from './image-reference.ts'

const HELPER_MS = 30_000

/** Credentials in the form in which the engine takes them. */
export interface RegistryAuth {
  readonly serveraddress: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
}

/**
 * The stored credentials for a registry, as the docker client finds them: the registry's own helper, the general store,
 * else the file. Null where there are none. Throws backend-unavailable when a helper fails.
 */
export async function findRegistryAuth(connection: EngineConnection, registry: string): Promise<RegistryAuth | null> {
  const { config } = connection
  const key = credentialKey(registry)
  const helper = config.credHelpers?.[registry] ?? config.credHelpers?.[key] ?? config.credsStore
  if (helper !== undefined && helper !== '') {
    const told = await askHelper(helper, key, connection)
    if (told !== null) return told
  }
  return fromFile(config, registry, key)
}

function fromFile(config: ClientConfig, registry: string, key: string): RegistryAuth | null {
  const entry = config.auths?.[key] ?? config.auths?.[`https://${registry}`] ?? config.auths?.[`https://${registry}/`]
  if (entry === undefined) return null
  if (entry.identitytoken) return { serveraddress: key, identitytoken: entry.identitytoken }
  const decoded = entry.auth ? Buffer.from(entry.auth, 'base64').toString('utf8') : null
  const colon = decoded?.indexOf(':') ?? -1
  const username = decoded !== null && colon > 0 ? decoded.slice(0, colon) : entry.username
  const password = decoded !== null && colon > 0 ? decoded.slice(colon + 1) : entry.password
  if (!username || password === undefined) return null
  return { serveraddress: key, username, password }
}

const helperAnswer = z.looseObject({ Username: z.string(), Secret: z.string() })

/** The protocol of docker-credential-helpers: the server on standard input, JSON on standard output. */
async function askHelper(name: string, key: string, connection: EngineConnection): Promise<RegistryAuth | null> {
  const { code, stdout } = await runHelper(`docker-credential-${name}`, key, connection)
  if (code !== 0) {
    if (/credentials not found|no credentials/i.test(stdout)) return null
    throw helperFailed(name, stdout.trim() || `exit code ${code}`)
  }
  const told = helperAnswer.safeParse(parsed(stdout))
  if (!told.success) throw helperFailed(name, 'its answer cannot be read')
  const { Username: username, Secret: secret } = told.data
  // By this name helpers say that the secret is a token.
  if (username === '<token>') return { serveraddress: key, identitytoken: secret }
  return { serveraddress: key, username, password: secret }
}

async function runHelper(program: string, input: string, { host }: EngineConnection) {
  return new Promise<{ code: number | null; stdout: string }>((resolve, reject) => {
    const child = spawn(program, ['get'], { env: host.env, stdio: ['pipe', 'pipe', 'ignore'], timeout: HELPER_MS })
    let stdout = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text: string) => {
      stdout += text
    })
    child.once('error', (error) => reject(helperFailed(program, error.message)))
    child.once('close', (code) => resolve({ code, stdout }))
    // It may end without reading.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

function helperFailed(name: string, why: string): AppError {
  return new AppError('backend-unavailable', `The credential helper ${name} failed: ${why}.`, {
    details: { hint: 'Check credsStore and credHelpers in config.json of the docker client, or log in again.' },
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

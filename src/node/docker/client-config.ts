import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { AppError } from '../../contract/errors.ts'

const authEntry = z.looseObject({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
})

const proxyEntry = z.looseObject({
  httpProxy: z.string().optional(),
  httpsProxy: z.string().optional(),
  ftpProxy: z.string().optional(),
  noProxy: z.string().optional(),
  allProxy: z.string().optional(),
})

const clientConfig = z.looseObject({
  currentContext: z.string().optional(),
  auths: z.record(z.string(), authEntry).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
  proxies: z.record(z.string(), proxyEntry).optional(),
})

/** What the product reads of `config.json` of the docker client. */
export type ClientConfig = z.infer<typeof clientConfig>

/** Reads `config.json` of a docker client's folder; a missing file is an empty one. Throws invalid-input. */
export async function readClientConfig(directory: string): Promise<ClientConfig> {
  const path = join(directory, 'config.json')
  const text = await readIfPresent(path)
  if (text === null) return {}
  try {
    return clientConfig.parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('invalid-input', `${path} is not a configuration of the docker client: ${String(cause)}`, {
      cause,
    })
  }
}

/** A file's text, or null where it is missing or not to be read. */
export async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return null
  }
}

/**
 * The proxy variables that the docker client hands to builds and containers by its configuration. Harbor's compose does
 * so too; without them a task behind a company proxy would not reach what it reaches there.
 */
export function proxyVariables(config: ClientConfig, host: string): Record<string, string> {
  const chosen = config.proxies?.[host] ?? config.proxies?.['default']
  if (chosen === undefined) return {}
  const values: readonly (readonly [string, string | undefined])[] = [
    ['HTTP_PROXY', chosen.httpProxy],
    ['HTTPS_PROXY', chosen.httpsProxy],
    ['FTP_PROXY', chosen.ftpProxy],
    ['NO_PROXY', chosen.noProxy],
    ['ALL_PROXY', chosen.allProxy],
  ]
  const variables: Record<string, string> = {}
  for (const [name, value] of values) {
    if (value === undefined || value === '') continue
    variables[name] = value
    variables[name.toLowerCase()] = value
  }
  return variables
}

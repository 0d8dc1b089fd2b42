import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { Archive } from '../../core/environment/backend.ts'
import { readIfPresent } from './client-config.ts'
import { withStagePrologue } from './dockerfile.ts'
import { packed } from './packed.ts'

/** Where a host's CA bundle stands in images and containers. */
export const CA_DIRECTORY = '/usr/local/share/tbcc'
const CA_FILE = 'ca-bundle.pem'

const CA_PATH = `${CA_DIRECTORY}/${CA_FILE}`

/** The variables by which common tools take a bundle: OpenSSL, curl, requests, pip, Node, Git, Cargo, the AWS tools. */
export const CA_VARIABLES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'SSL_CERT_FILE',
    'CURL_CA_BUNDLE',
    'REQUESTS_CA_BUNDLE',
    'PIP_CERT',
    'NODE_EXTRA_CA_CERTS',
    'GIT_SSL_CAINFO',
    'CARGO_HTTP_CAINFO',
    'AWS_CA_BUNDLE',
  ].map((name) => [name, CA_PATH]),
)

/** Reads a bundle of the host. Throws invalid-input. */
export async function readCaBundle(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new AppError('invalid-input', `The CA bundle ${path} cannot be read: ${String(cause)}`, {
      details: { hint: 'Correct the setting ca_bundle.' },
      cause,
    })
  }
}

/** The bundle as an archive for CA_DIRECTORY. */
export function toCaArchive(bundle: Buffer): Archive {
  return packed((out) => {
    out.entry({ name: CA_FILE, mode: 0o644 }, bundle)
  })
}

/** The bundle's name in a build context. */
const CONTEXT_FILE = '.tbcc-ca-bundle.pem'

/**
 * What a build context is changed by, so that all its stages trust a bundle of the host: a file that each stage copies,
 * and arguments, which RUN sees as variables but the image does not keep; a container gets its variables at its start.
 */
export async function withCaBundle(path: string, directory: string, dockerfile: string): Promise<Map<string, Buffer>> {
  const bundle = await readCaBundle(path)
  const prologue = [
    `COPY ${CONTEXT_FILE} ${CA_PATH}`,
    ...Object.entries(CA_VARIABLES).map(([name, value]) => `ARG ${name}=${value}`),
  ]
  const changed = new Map([
    ['Dockerfile', Buffer.from(withStagePrologue(dockerfile, prologue))],
    [CONTEXT_FILE, bundle],
  ])
  const ignored = await readIfPresent(join(directory, '.dockerignore'))
  // Some builders apply it once more.
  if (ignored !== null) changed.set('.dockerignore', Buffer.from(`${ignored}\n!${CONTEXT_FILE}\n`))
  return changed
}

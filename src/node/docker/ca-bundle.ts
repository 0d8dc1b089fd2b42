import { readFile } from 'node:fs/promises'
import { AppError } from '../../contract/errors.ts'
import type { Archive } from '../../core/environment/backend.ts'
import { packed } from './packed.ts'

/** Where a host's CA bundle stands in images and containers. */
export const CA_DIRECTORY = '/usr/local/share/tbcc'
export const CA_FILE = 'ca-bundle.pem'

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

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'

/** An engine's socket behind TLS on a loopback port, which only lets in clients with a certificate. */
export interface TlsFront extends AsyncDisposable {
  readonly port: number
  /** ca.pem, cert.pem and key.pem, as DOCKER_CERT_PATH. */
  readonly certPath: string
}

/** Why there can be none here; null: there can. */
export const noTlsFront = ['/usr/bin/openssl', '/usr/local/bin/openssl'].some((path) => existsSync(path))
  ? null
  : 'openssl is not installed'

export async function openTlsFront(socketPath: string): Promise<TlsFront> {
  const certPath = await mkdtemp(join(tmpdir(), 'tbcc-tls-'))
  await makeServerKeys(certPath)
  const read = async (name: string) => readFile(join(certPath, name))
  const [ca, cert, key] = await Promise.all(['ca.pem', 'server-cert.pem', 'server-key.pem'].map(read))
  const sockets = new Set<Socket>()
  const options = { ca, cert, key, requestCert: true, rejectUnauthorized: true, allowHalfOpen: true }
  const server = createServer(options, (client) => {
    const engine = connect({ path: socketPath, allowHalfOpen: true })
    for (const socket of [client, engine]) {
      sockets.add(socket)
      socket.on('error', () => [client, engine].forEach((either) => either.destroy()))
    }
    client.pipe(engine).pipe(client)
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    certPath,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await rm(certPath, { recursive: true, force: true })
    },
  }
}

/** Keys of a server on 127.0.0.1 and of a client, signed by one authority. */
export async function makeServerKeys(folder: string): Promise<void> {
  const newKey = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const make = async (name: string, subject: string, ...more: readonly string[]) => {
    const files =
      name === ''
        ? ['-keyout', 'key.pem', '-out', 'cert.pem']
        : ['-keyout', `${name}-key.pem`, '-out', `${name}-cert.pem`]
    await promisify(execFile)('openssl', ['req', ...newKey, '-subj', subject, ...more, ...files], { cwd: folder })
  }
  await make('ca', '/CN=test authority')
  await promisify(execFile)('cp', ['ca-cert.pem', 'ca.pem'], { cwd: folder })
  const signed = ['-CA', 'ca-cert.pem', '-CAkey', 'ca-key.pem', '-addext', 'basicConstraints=critical,CA:FALSE']
  await make('server', '/CN=127.0.0.1', ...signed, '-addext', 'subjectAltName=IP:127.0.0.1')
  await make('', '/CN=client', ...signed, '-addext', 'extendedKeyUsage=clientAuth')
}

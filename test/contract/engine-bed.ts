import { request } from 'node:http'

/** A call to an engine behind the adapter's back, e.g. to kill a container from outside. */
export async function callEngine(
  socketPath: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path: `/v1.41${path}`, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    call.on('error', reject)
    call.end()
  })
}

/** Removes images that a test built, by force; missing ones are no matter. */
export async function removeImages(socketPath: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await callEngine(socketPath, 'DELETE', `/images/${encodeURIComponent(name)}?force=1`)
  }
}

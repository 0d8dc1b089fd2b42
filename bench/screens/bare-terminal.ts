import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { WebSocketServer } from 'ws'
import { z } from 'zod'

const PACKAGES = resolve(import.meta.dirname, '../../node_modules/@xterm')

/** A page of nothing but xterm, fed by `docker exec` through a WebSocket, and a field to type in. */
export interface BareTerminal extends AsyncDisposable {
  readonly origin: string
}

const FILES: Readonly<Record<string, readonly [type: string, path: string]>> = {
  '/xterm.js': ['text/javascript', 'xterm/lib/xterm.js'],
  '/fit.js': ['text/javascript', 'addon-fit/lib/addon-fit.js'],
  '/xterm.css': ['text/css', 'xterm/css/xterm.css'],
}

const PAGE = `<!doctype html>
<link rel="stylesheet" href="xterm.css">
<style>body { margin: 0 } #place { height: 740px; width: 1200px }</style>
<input aria-label="Find">
<div id="place"></div>
<script src="xterm.js"></script>
<script src="fit.js"></script>
<script>
  const terminal = new Terminal({ scrollback: 5000, fontSize: 12, lineHeight: 1.2, convertEol: true, disableStdin: true })
  const fit = new FitAddon.FitAddon()
  terminal.loadAddon(fit)
  terminal.open(document.getElementById('place'))
  fit.fit()
  const socket = new WebSocket('ws://' + location.host + '/output')
  socket.binaryType = 'arraybuffer'
  socket.onmessage = ({ data }) => terminal.write(new Uint8Array(data))
</script>`

/** Each window that is opened there runs the command in the container; what it prints is kept in the file too. */
export async function serveBareTerminal(containerId: string, command: string, log: string): Promise<BareTerminal> {
  const server = createServer((request, response) => {
    const [type, path] = FILES[request.url ?? ''] ?? []
    const content = path === undefined ? Promise.resolve(PAGE) : readFile(resolve(PACKAGES, path))
    content.then(
      (body) => response.writeHead(200, { 'content-type': type ?? 'text/html' }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  sockets.on('connection', (socket) => {
    const child = spawn('docker', ['exec', containerId, 'sh', '-c', command], { stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout.on('data', (data: Buffer) => socket.send(data)).pipe(createWriteStream(log))
    socket.on('close', () => child.kill())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate()
      sockets.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

import type { ServerHttp2Stream } from 'node:http2'
import { drained } from './drained.ts'

/** Before each message stand a byte for compression and four for its length. */
const PREFIX_BYTES = 5

export const GRPC_OK = 0
export const GRPC_UNKNOWN = 2
export const GRPC_UNIMPLEMENTED = 12

/** The messages that a caller sends, in order; ends when the caller has sent its last. Leaving off leaves the call open. */
export async function* readMessages(stream: ServerHttp2Stream): AsyncGenerator<Buffer> {
  let bytes = Buffer.alloc(0)
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    if (chunk instanceof Uint8Array) bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + bytes.readUInt32BE(1)
      if (bytes.length < end) break
      yield bytes.subarray(PREFIX_BYTES, end)
      bytes = bytes.subarray(end)
    }
  }
}

/** An answer to a call: any number of messages, then how it ended. */
export interface GrpcAnswer {
  /** Resolves when more may be sent. */
  send(message: Uint8Array): Promise<void>
  end(status: number, message?: string): void
}

export function answerTo(stream: ServerHttp2Stream): GrpcAnswer {
  let trailers: Record<string, string> = {}
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers(trailers))
  return {
    async send(message) {
      const prefix = Buffer.alloc(PREFIX_BYTES)
      prefix.writeUInt32BE(message.length, 1)
      if (stream.destroyed || stream.writableEnded) throw new Error('the builder has hung up')
      if (!stream.write(Buffer.concat([prefix, message]))) await drained(stream)
    },
    end(status, message) {
      trailers = {
        'grpc-status': String(status),
        ...(message === undefined ? {} : { 'grpc-message': encodeURIComponent(message) }),
      }
      stream.end()
    },
  }
}

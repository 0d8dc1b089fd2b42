import type { ContextFile } from './context-files.ts'
import type { GrpcAnswer } from './grpc.ts'
import { readFields, writeFields } from './protobuf.ts'

/*
 * Packets of fsutil, by which BuildKit has files sent: {1 type, 2 stat, 3 id, 4 data}; a stat is {1 path, 2 mode, 5 size,
 * 6 time in nanoseconds, 7 link}. The sender lists everything and then an empty stat; the receiver asks for contents by
 * the place in the list; the sender answers with data and then an empty one; who has all says so, and hears it back.
 */
const STAT = 0
const REQUEST = 1
const DATA = 2
const FINISHED = 3
const FAILED = 4

const CHUNK_BYTES = 32 * 1024

/** Bits of a mode as Go has them, beside the permissions. */
const GO_BITS = {
  directory: 2 ** 31,
  symlink: 2 ** 27,
  file: 0,
  setuid: 2 ** 23,
  setgid: 2 ** 22,
  sticky: 2 ** 20,
} as const

/** Serves one call for files to its end. Rejects with what the receiver complains of or reading throws. */
export async function sendFiles(
  files: AsyncIterable<ContextFile>,
  packets: AsyncIterable<Buffer>,
  answer: GrpcAnswer,
): Promise<void> {
  const sendable = new Map<number, ContextFile>()
  // Requests come while the list is still being sent.
  const listing = list(files, sendable, answer)
  const serving = serve(packets, sendable, answer)
  await Promise.all([listing, serving])
}

async function list(
  files: AsyncIterable<ContextFile>,
  sendable: Map<number, ContextFile>,
  answer: GrpcAnswer,
): Promise<void> {
  let place = 0
  for await (const file of files) {
    if (file.type === 'file') sendable.set(place, file)
    place += 1
    await answer.send(writeFields({ 1: STAT, 2: toStat(file) }))
  }
  await answer.send(writeFields({ 1: STAT }))
}

async function serve(
  packets: AsyncIterable<Buffer>,
  sendable: ReadonlyMap<number, ContextFile>,
  answer: GrpcAnswer,
): Promise<void> {
  for await (const packet of packets) {
    const { type, id, data } = toPacket(packet)
    if (type === REQUEST) await sendContent(id, sendable.get(id), answer)
    else if (type === FINISHED) {
      await answer.send(writeFields({ 1: FINISHED }))
      return
    } else if (type === FAILED) throw new Error(data)
  }
}

async function sendContent(id: number, file: ContextFile | undefined, answer: GrpcAnswer): Promise<void> {
  if (file === undefined) throw new Error(`the builder asks for a file that it was not told of: ${id}`)
  for await (const chunk of file.open()) {
    const bytes = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk))
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      await answer.send(writeFields({ 1: DATA, 3: id, 4: bytes.subarray(at, at + CHUNK_BYTES) }))
    }
  }
  await answer.send(writeFields({ 1: DATA, 3: id }))
}

function toStat({ path, type, mode, size, mtimeNs, linkname }: ContextFile): Buffer {
  return writeFields({
    1: path,
    2: toGoMode(type, mode),
    5: size,
    6: mtimeNs,
    ...(linkname === '' ? {} : { 7: linkname }),
  })
}

function toGoMode(type: ContextFile['type'], mode: number): number {
  const setuid = (mode & 0o4000) === 0 ? 0 : GO_BITS.setuid
  const setgid = (mode & 0o2000) === 0 ? 0 : GO_BITS.setgid
  const sticky = (mode & 0o1000) === 0 ? 0 : GO_BITS.sticky
  return GO_BITS[type] + setuid + setgid + sticky + (mode & 0o777)
}

function toPacket(message: Buffer): { type: number; id: number; data: string } {
  const packet = { type: STAT, id: 0, data: '' }
  for (const { number, value, bytes } of readFields(message)) {
    if (number === 1) packet.type = value
    else if (number === 3) packet.id = value
    else if (number === 4) packet.data = Buffer.from(bytes).toString('utf8')
  }
  return packet
}

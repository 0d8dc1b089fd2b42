/** The little of Protocol Buffers that BuildKit's messages need: see protobuf.dev/programming-guides/encoding. */

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** A field of a message: its number, and its bytes or number. */
export interface Field {
  readonly number: number
  readonly bytes: Uint8Array
  readonly value: number
}

const NOTHING = new Uint8Array(0)

/** The fields of a message in order. Throws on what is none. */
export function* readFields(message: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at]
      if (byte === undefined || factor > 2 ** 63) throw new Error('a message of the builder is cut off')
      at += 1
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  const take = (length: number): Uint8Array => {
    const bytes = message.subarray(at, at + length)
    if (bytes.length < length) throw new Error('a message of the builder is cut off')
    at += length
    return bytes
  }
  while (at < message.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    const kind = tag % 8
    if (kind === VARINT) yield { number, bytes: NOTHING, value: varint() }
    else if (kind === BYTES) yield { number, bytes: take(varint()), value: 0 }
    else if (kind === FIXED64) yield { number, bytes: take(8), value: 0 }
    else if (kind === FIXED32) yield { number, bytes: take(4), value: 0 }
    else throw new Error('a message of the builder cannot be read')
  }
}

/** A message of these fields by their number: texts, bytes (or messages), and numbers that are not negative. */
export function writeFields(fields: Readonly<Record<number, string | Uint8Array | number | bigint>>): Buffer {
  const parts = Object.entries(fields).flatMap(([number, value]) => {
    if (typeof value === 'number' || typeof value === 'bigint') {
      return [toVarint(BigInt(number) * 8n + BigInt(VARINT)), toVarint(BigInt(value))]
    }
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    return [toVarint(BigInt(number) * 8n + BigInt(BYTES)), toVarint(BigInt(bytes.length)), bytes]
  })
  return Buffer.concat(parts)
}

function toVarint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Uint8Array.from([...bytes, Number(rest)])
}

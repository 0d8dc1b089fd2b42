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

/** A message of text fields. */
export function writeTexts(texts: Readonly<Record<number, string>>): Buffer {
  const parts = Object.entries(texts).flatMap(([number, text]) => {
    const bytes = Buffer.from(text)
    return [Buffer.from([...toVarint(Number(number) * 8 + BYTES), ...toVarint(bytes.length)]), bytes]
  })
  return Buffer.concat(parts)
}

function toVarint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...toVarint(Math.floor(value / 128))]
}

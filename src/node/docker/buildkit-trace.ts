import { readFields } from './protobuf.ts'

/** The messages by which BuildKit tells of its progress. */
export const TRACE_ID = 'moby.buildkit.trace'

/*
 * Of `StatusResponse` in BuildKit's control.proto: 1 vertexes {1 digest, 3 name, 4 cached, 5 started, 7 error},
 * 3 logs {4 text}.
 */
const VERTEX = 1
const LOG = 3

/** What a progress message says to people. Steps are told of once: `told` holds those that were. */
export function traceText(base64: string, told: Set<string>): string {
  let text = ''
  for (const { number, bytes } of readFields(Buffer.from(base64, 'base64'))) {
    if (number === VERTEX) text += vertexText(bytes, told)
    else if (number === LOG) text += logText(bytes)
  }
  return text
}

function vertexText(message: Uint8Array, told: Set<string>): string {
  let [digest, name, error] = ['', '', '']
  let [isCached, isStarted] = [false, false]
  for (const { number, bytes, value } of readFields(message)) {
    if (number === 1) digest = toText(bytes)
    else if (number === 3) name = toText(bytes)
    else if (number === 4) isCached = value === 1
    else if (number === 5) isStarted = true
    else if (number === 7) error = toText(bytes)
  }
  const failure = error === '' ? '' : `${error}\n`
  if (!isStarted || told.has(digest)) return failure
  told.add(digest)
  return `${isCached ? 'CACHED ' : ''}${name}\n${failure}`
}

function logText(message: Uint8Array): string {
  let text = ''
  for (const { number, bytes } of readFields(message)) if (number === 4) text += toText(bytes)
  return text
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}

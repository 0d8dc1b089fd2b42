/** Bytes of the longest character of UTF-8. */
const LONGEST = 4

/**
 * The part of some bytes of UTF-8 that starts and ends between characters, as far as the bytes are UTF-8 at all. Positions
 * are within `data`. At the start of a stream and at its end nothing is left out.
 */
export function wholeCharacters(
  data: Uint8Array,
  edge: { readonly first: boolean; readonly last: boolean },
): { readonly from: number; readonly to: number } {
  const from = edge.first ? 0 : leadingContinuations(data)
  const to = edge.last ? data.length : data.length - unfinished(data)
  return from <= to ? { from, to } : { from: to, to }
}

function leadingContinuations(data: Uint8Array): number {
  let count = 0
  while (count < Math.min(LONGEST - 1, data.length) && isContinuation(data[count])) count += 1
  return count
}

/** Bytes at the end that begin a character whose rest is still to come. */
function unfinished(data: Uint8Array): number {
  for (let count = 1; count <= Math.min(LONGEST - 1, data.length); count += 1) {
    const byte = data[data.length - count]
    if (isContinuation(byte)) continue
    return lengthOf(byte) > count ? count : 0
  }
  return 0
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000
}

function lengthOf(lead: number | undefined): number {
  if (lead === undefined || lead < 0b1100_0010) return 1
  if (lead < 0b1110_0000) return 2
  if (lead < 0b1111_0000) return 3
  return lead < 0b1111_0101 ? 4 : 1
}

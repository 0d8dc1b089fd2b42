/** An IPv6 address in its shortest spelling, or null where the text is none. Zones (`%eth0`) are not taken. */
export function compressIpv6(text: string): string | null {
  const groups = parseIpv6(text)
  return groups === null ? null : formatIpv6(groups)
}

/** Whether the text is an IPv4 address in dotted decimal, without leading zeros. */
export function isIpv4(text: string): boolean {
  return parseIpv4(text) !== null
}

/**
 * An IPv4 or IPv6 range as `address/bits`; null where the text is none or the address has bits below the mask.
 * IPv4 masks may be written as bits, as a netmask or as a host mask.
 */
export function normalizeRange(text: string): string | null {
  const [address = '', mask = '', ...rest] = text.split('/')
  if (rest.length > 0) return null
  const bytes = parseIpv4(address)
  if (bytes !== null) return range(bytes, 8, ipv4Bits(mask), bytes.join('.'))
  const groups = parseIpv6(address)
  return groups === null ? null : range(groups, 16, prefixBits(mask, 128), formatIpv6(groups))
}

function range(units: readonly number[], unitBits: number, bits: number | null, address: string): string | null {
  if (bits === null) return null
  const clean = units.every((unit, index) => {
    const free = Math.min(Math.max((index + 1) * unitBits - bits, 0), unitBits)
    return unit % 2 ** free === 0
  })
  return clean ? `${address}/${bits}` : null
}

function prefixBits(text: string, max: number): number | null {
  if (!/^\d+$/.test(text)) return null
  const bits = Number(text)
  return bits <= max ? bits : null
}

function ipv4Bits(mask: string): number | null {
  const bytes = parseIpv4(mask)
  if (bytes === null) return prefixBits(mask, 32)
  const binary = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const match = /^(1*)0*$/.exec(binary) ?? /^(0*)1*$/.exec(binary)
  return match === null ? null : (match[1] ?? '').length
}

function parseIpv4(text: string): number[] | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return null
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : null
}

/** Eight groups of 16 bits. */
function parseIpv6(text: string): number[] | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map(parseGroups)
  if (head === null || head === undefined || tail === null) return null
  if (tail === undefined) return head.length === 8 ? head : null
  const missing = 8 - head.length - tail.length
  // A dotted IPv4 part may only end the address.
  if (missing < 1 || (halves[0] ?? '').includes('.')) return null
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

function parseGroups(text: string): number[] | null {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    const ipv4 = index === parts.length - 1 ? parseIpv4(part) : null
    if (ipv4 !== null) groups.push(...joinBytes(ipv4))
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return null
  }
  return groups
}

function joinBytes(bytes: readonly number[]): number[] {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes
  return [first * 256 + second, third * 256 + fourth]
}

/** The longest run of two or more zero groups becomes `::`; the IPv4 in a mapped address stays dotted. */
function formatIpv6(groups: readonly number[]): string {
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (mapped)
    return `::ffff:${groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.')}`
  const run = longestZeroRun(groups)
  const show = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  return run.length < 2
    ? show(groups)
    : `${show(groups.slice(0, run.start))}::${show(groups.slice(run.start + run.length))}`
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let length = 0
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0
    if (length > best.length) best = { start: index - length + 1, length }
  }
  return best
}

import { z } from 'zod'
import { compressIpv6, isIpv4, normalizeRange } from './ip-address.ts'
import { TextList } from './lax.ts'

/** Host names, `*.host` patterns, addresses and address ranges that may be reached, in one spelling each. */
export const AllowedHosts = TextList.transform((hosts, context) =>
  hosts.map((host, index) => {
    const result = normalizeHost(host)
    if (result.ok) return result.host
    context.addIssue({ code: 'custom', message: result.problem, path: [index], input: host })
    return z.NEVER
  }),
)

type HostResult = { readonly ok: true; readonly host: string } | { readonly ok: false; readonly problem: string }

function normalizeHost(entry: string): HostResult {
  const host = entry.trim().toLowerCase().replace(/\.+$/, '')
  if (host === '') return refuse('expected a host name, got an empty entry')
  if (host.includes('/')) return orRefuse(normalizeRange(host), entry)
  if (host.includes(':')) return orRefuse(compressIpv6(host), entry)
  const name = host.startsWith('*.') ? host.slice(2) : host
  if (name !== host && isIpv4(name)) return refuse(`expected a host name after "*.", got ${JSON.stringify(entry)}`)
  return orRefuse(name.split('.').every(isLabel) ? host : null, entry)
}

function isLabel(label: string): boolean {
  return /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/.test(label)
}

function orRefuse(host: string | null, entry: string): HostResult {
  if (host !== null) return { ok: true, host }
  return refuse(
    `expected a host name, "*.host", an IP address or an IP range without URL, port or path, got ${JSON.stringify(entry)}`,
  )
}

function refuse(problem: string): HostResult {
  return { ok: false, problem }
}

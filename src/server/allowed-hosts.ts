import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Why a request is refused by where it says that it comes from or goes to; null: it is not. */
export type HostCheck = (headers: IncomingHttpHeaders) => string | null

/**
 * A page of a foreign site can reach a server on this machine by a name of its own that leads here (DNS rebinding), or
 * plainly across sites. The first shows in `Host`, the second in `Origin`. Ports of `Host` are free: a tunnel changes them.
 */
export function createHostCheck(boundHost: string, allowed: readonly string[]): HostCheck {
  const names = new Set([...LOOPBACK, boundHost, ...addressesOf(boundHost), ...allowed].map(toHostname))
  return ({ host, origin }) => {
    const own = parseHost(`http://${host ?? ''}`)
    if (own === null || !names.has(own.hostname)) {
      return 'this host name is not one of the server: name it with --allow-host if it is'
    }
    return origin === undefined || isSameHost(origin, host ?? '') ? null : 'requests of other sites are refused'
  }
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1']

/** A server on every address is reached by each of them. */
function addressesOf(boundHost: string): readonly string[] {
  if (!isWildcard(boundHost)) return []
  return Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address))
}

export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === '[::]'
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** As it stands in a URL. */
function toHostname(host: string): string {
  const bare = host.replaceAll(/^\[|\]$/g, '').toLowerCase()
  return isIP(bare) === 6 ? (parseHost(`http://[${bare.split('%')[0] ?? ''}]`)?.hostname ?? bare) : bare
}

/** Under the scheme of the origin: a front that ends TLS may stand before the server. */
function isSameHost(origin: string, host: string): boolean {
  const theirs = parseHost(origin)
  return theirs !== null && theirs.host === parseHost(`${theirs.protocol}//${host}`)?.host
}

/** In the form of URLs, without the port that the scheme has by itself; null where it is no origin. */
function parseHost(origin: string): Pick<URL, 'host' | 'hostname' | 'protocol'> | null {
  if (!/^https?:\/\/[^/?#\\@\s]+$/i.test(origin)) return null
  return URL.parse(origin)
}

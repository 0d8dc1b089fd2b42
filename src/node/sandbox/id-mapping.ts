import { readFileSync } from 'node:fs'

/**
 * Who root of a sandbox is on the host.
 * `range`: an id that nobody else has, with 65535 more for other users (tbcc runs as root).
 * `self`: the user that runs tbcc; only root exists inside.
 * `none`: the host's root with most of its capabilities taken away, where there are no user namespaces.
 */
export type IdMapping =
  | { readonly kind: 'range'; readonly firstId: number }
  | { readonly kind: 'self'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'none' }

export const RANGE_SIZE = 65_536

/** Above what systemd, containers and login programs hand out, below 2^31. */
const UNUSED_IDS = 1_879_048_192

/** The best mapping that this process may set up. */
export function bestMapping(uid: number, gid: number): IdMapping {
  if (uid !== 0) return { kind: 'self', uid, gid }
  const firstId = chooseRange(
    readText('/proc/self/uid_map'),
    readText('/proc/self/gid_map'),
    readText('/etc/subuid'),
    readText('/etc/subgid'),
  )
  return firstId === null ? { kind: 'self', uid, gid } : { kind: 'range', firstId }
}

/** Owner, on the host, of what root owns inside. */
export function ownerOf(mapping: IdMapping): { readonly uid: number; readonly gid: number } {
  if (mapping.kind === 'range') return { uid: mapping.firstId, gid: mapping.firstId }
  return mapping.kind === 'self' ? mapping : { uid: 0, gid: 0 }
}

/** Whether root inside has the host's root identity: what keeps it in is then its capabilities and its mounts alone. */
export function isHostRoot(mapping: IdMapping): boolean {
  return mapping.kind === 'none' || (mapping.kind === 'self' && mapping.uid === 0)
}

/** The range that is set aside for root, else an unused one; null where this process does not own so many ids itself. */
export function chooseRange(uidMap: string, gidMap: string, subuid: string, subgid: string): number | null {
  const given = ownRange(subuid)
  const candidates = given !== null && given === ownRange(subgid) ? [given, UNUSED_IDS] : [UNUSED_IDS]
  return candidates.find((first) => covers(uidMap, first) && covers(gidMap, first)) ?? null
}

function ownRange(table: string): number | null {
  for (const line of table.split('\n')) {
    const [name, first, count] = line.split(':')
    if ((name === 'root' || name === '0') && Number(count) >= RANGE_SIZE) return Number(first)
  }
  return null
}

function covers(map: string, first: number): boolean {
  return map.split('\n').some((line) => {
    const [inside, , count] = line.trim().split(/\s+/).map(Number)
    return inside !== undefined && count !== undefined && inside <= first && first + RANGE_SIZE <= inside + count
  })
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

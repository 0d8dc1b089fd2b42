import { type IdMapping, isHostRoot } from './id-mapping.ts'

/** What root may do in a container of Docker; in a sandbox it counts in its own namespaces only. */
const CONTAINER_ROOT = [
  'audit_write',
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'mknod',
  'net_bind_service',
  'net_raw',
  'setfcap',
  'setgid',
  'setpcap',
  'setuid',
  'sys_chroot',
]

/** Where root inside is root of the host, these would reach the host: its devices, its audit log, programs on its disk. */
const HOST_ONLY = new Set(['audit_write', 'mknod', 'setfcap'])

/**
 * The first process has one harmless capability that nothing else inside has, so that nothing inside may trace it, read
 * its memory, or open its files.
 */
export const INIT_CAPABILITIES: readonly string[] = ['lease']

/** Capabilities of commands; `dropped` as in Docker: with or without `CAP_`, any case, or `ALL`. */
export function commandCapabilities(mapping: IdMapping, dropped: readonly string[]): readonly string[] {
  const gone = new Set(dropped.map((name) => name.toLowerCase().replace(/^cap_/, '')))
  if (gone.has('all')) return []
  return CONTAINER_ROOT.filter((name) => !gone.has(name) && !(isHostRoot(mapping) && HOST_ONLY.has(name)))
}

/** Arguments of setpriv that leave these capabilities and no way to gain others. */
export function limitTo(capabilities: readonly string[]): readonly string[] {
  const set = ['-all', ...capabilities.map((name) => `+${name}`)].join(',')
  return ['--no-new-privs', '--bounding-set', set, '--inh-caps', '-all', '--ambient-caps', '-all']
}

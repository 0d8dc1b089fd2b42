import { TrialError } from '../../job/exception.ts'
import { quote } from '../shell.ts'
import type { BinaryTarget } from './registry-entry.ts'

/** Nobody but us puts anything there. */
const FOLDER = '/opt/tbcc-acp-agent'

/** Where the program stands once its archive is unpacked. */
export function binaryPath({ archive, cmd }: BinaryTarget): string {
  const inside = cmd.replaceAll('\\', '/').replace(/^(\.?\/)+/, '')
  if (inside.split('/').includes('..')) {
    throw new TrialError('RuntimeError', `the command ${cmd} leaves the archive of the agent`)
  }
  return `${FOLDER}/${extractorOf(archive) === null ? (inside.split('/').at(-1) ?? inside) : inside}`
}

/** Fetches an agent's archive, checks its digest and unpacks it. For root: it may have to bring what it needs for that. */
export function binaryScript(target: BinaryTarget): string {
  const extract = extractorOf(target.archive)
  const path = binaryPath(target)
  return [
    'set -euo pipefail',
    ...bringTools(extract?.tool ?? null),
    `rm -rf ${FOLDER} && mkdir -p ${FOLDER}`,
    'archive=$(mktemp)',
    `trap 'rm -f "$archive"' EXIT`,
    `url=${quote(target.archive)}`,
    'if command -v curl >/dev/null; then curl -fsSL "$url" -o "$archive"; else wget -qO "$archive" "$url"; fi',
    ...checkDigest(target),
    extract === null ? `cp "$archive" ${quote(path)}` : `${extract.command} ${FOLDER}`,
    `chmod -R a+rX ${FOLDER} && chmod a+x ${quote(path)}`,
  ].join('\n')
}

interface Extractor {
  /** What must be there beside tar. */
  readonly tool: 'gzip' | 'bzip2' | 'xz' | 'unzip'
  readonly command: string
}

/** By the end of the address; null: the archive is the program. */
function extractorOf(url: string): Extractor | null {
  const path = url.replace(/[?#].*$/, '')
  if (/\.(tar\.gz|tgz)$/.test(path)) return { tool: 'gzip', command: 'tar -xzf "$archive" -C' }
  if (/\.(tar\.bz2|tbz2)$/.test(path)) return { tool: 'bzip2', command: 'tar -xjf "$archive" -C' }
  if (/\.(tar\.xz|txz)$/.test(path)) return { tool: 'xz', command: 'tar -xJf "$archive" -C' }
  return path.endsWith('.zip') ? { tool: 'unzip', command: 'unzip -q "$archive" -d' } : null
}

function bringTools(tool: Extractor['tool'] | null): readonly string[] {
  const xz = tool === 'xz' ? ['xz-utils', 'xz'] : [tool ?? 'tar', tool ?? 'tar']
  const there = [
    '{ command -v curl || command -v wget; }',
    'command -v tar',
    ...(tool === null ? [] : [`command -v ${tool}`]),
  ]
  return [
    `if ! { ${there.join(' && ')}; } >/dev/null 2>&1; then`,
    '  if command -v apt-get >/dev/null; then',
    `    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y curl ca-certificates tar ${xz[0]}`,
    `  elif command -v apk >/dev/null; then apk add --no-cache curl ca-certificates tar ${xz[1]}`,
    `  elif command -v dnf >/dev/null; then dnf install -y curl ca-certificates tar ${xz[1]}`,
    `  elif command -v yum >/dev/null; then yum install -y curl ca-certificates tar ${xz[1]}`,
    '  else echo "this image has neither curl nor a package manager that could bring it" >&2; exit 1; fi',
    'fi',
  ]
}

function checkDigest({ checksum, sha256 }: BinaryTarget): readonly string[] {
  const given = checksum ?? sha256 ?? null
  if (given === null) return []
  const digest = given
    .trim()
    .replace(/^sha256:/, '')
    .toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(digest)) {
    throw new TrialError('RuntimeError', 'the checksum of the agent is no SHA-256 digest')
  }
  return [
    'actual=$(sha256sum "$archive" | cut -d " " -f 1)',
    `if [ "$actual" != ${digest} ]; then`,
    `  echo "the agent's archive has the digest $actual, not ${digest}" >&2; exit 1`,
    'fi',
  ]
}

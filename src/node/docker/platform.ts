import type { Engine } from './engine.ts'

/** What DOCKER_DEFAULT_PLATFORM asks for, which Docker's own clients heed, and Harbor with them; null: the engine's own. */
export function wantedPlatform({ connection }: Pick<Engine, 'connection'>): string | null {
  return connection.host.env['DOCKER_DEFAULT_PLATFORM']?.trim() || null
}

export interface ImagePlatform {
  readonly os: string | null
  readonly architecture: string | null
}

/** Whether an image that is there is of another platform. What either of both leaves open is none of the difference. */
export function isOfOtherPlatform(engine: Pick<Engine, 'connection'>, { os, architecture }: ImagePlatform): boolean {
  const [wantedOs, wantedArchitecture] = wantedPlatform(engine)?.split('/') ?? []
  if (wantedOs === undefined || wantedArchitecture === undefined) return false
  const differs = (wanted: string, has: string | null): boolean => has !== null && canonical(wanted) !== canonical(has)
  return differs(wantedOs, os) || differs(wantedArchitecture, architecture)
}

function canonical(name: string): string {
  const lower = name.toLowerCase()
  return { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64' }[lower] ?? lower
}

/** What to do where a registry has the image, but for other platforms; null: the message says something else. */
export function platformHint(
  { connection, version }: Pick<Engine, 'connection' | 'version'>,
  message: string,
): string | null {
  if (!/no match(?:ing manifest)? for |does not match the specified platform/i.test(message)) return null
  const wanted = wantedPlatform({ connection })
  if (wanted !== null) return `It is not made for ${wanted}, which DOCKER_DEFAULT_PLATFORM asks for.`
  const { platform } = version
  const other = /arm64|aarch64/.test(platform) ? 'linux/amd64' : 'linux/arm64'
  return `It is not made for ${platform}. Where the engine can emulate another platform, set DOCKER_DEFAULT_PLATFORM=${other}.`
}

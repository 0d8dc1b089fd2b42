/** The registry that names without one mean. */
const HUB = 'docker.io'

/** The parts of an image's name. */
export interface ImageReference {
  /** As written, without tag and digest. */
  readonly repository: string
  readonly registry: string
  /** `latest` where the name has neither tag nor digest; null where only a digest stands. */
  readonly tag: string | null
  readonly digest: string | null
}

/** Reads `[registry[:port]/]path[:tag][@digest]`. */
export function parseImageReference(name: string): ImageReference {
  const [named = '', digest = null] = name.split('@', 2)
  // A colon before a slash belongs to a port.
  const colon = named.lastIndexOf(':')
  const hasTag = colon > named.lastIndexOf('/')
  const repository = hasTag ? named.slice(0, colon) : named
  const tag = hasTag ? named.slice(colon + 1) : digest === null ? 'latest' : null
  const [first = '', ...rest] = repository.split('/')
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  return { repository, registry: isHost ? first : HUB, tag, digest }
}

/** Under which name the docker client keeps the credentials of a registry. */
export function credentialKey(registry: string): string {
  return registry === HUB ? 'https://index.docker.io/v1/' : registry
}

import { readFileSync } from 'node:fs'

/** The version of the package that this file is part of, built or not. */
export function readVersion(): string {
  for (const place of ['../package.json', '../../package.json']) {
    const manifest = readJson(new URL(place, import.meta.url))
    if (isOwnManifest(manifest)) return manifest.version
  }
  return '0.0.0'
}

function readJson(url: URL): unknown {
  try {
    return JSON.parse(readFileSync(url, 'utf8')) as unknown
  } catch {
    return null
  }
}

function isOwnManifest(value: unknown): value is { readonly version: string } {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('version' in value)) return false
  return value.name === 'tbcc' && typeof value.version === 'string'
}

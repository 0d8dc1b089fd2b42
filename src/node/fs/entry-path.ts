/** Where an archive entry goes, as parts below the target (none: the target itself), or why it goes nowhere. */
export type EntryPlace = { readonly parts: readonly string[] } | { readonly refused: string }

/** The place of an entry by its name; the first part, the name of what was archived, is left out. */
export function placeOf(name: string, platform: NodeJS.Platform): EntryPlace {
  if (name.startsWith('/')) return { refused: 'its path is absolute' }
  const all = name.split('/').filter((part) => part !== '' && part !== '.')
  if (all.includes('..')) return { refused: 'its path leaves the folder' }
  if (name.includes('\0') || all.length === 0) return { refused: 'it has no usable name' }
  if (all.some((part) => Buffer.byteLength(part) > 255)) return { refused: 'its name is too long' }
  if (Buffer.byteLength(name) > MAX_PATH_BYTES) return { refused: 'its path is too long' }
  const parts = all.slice(1)
  if (platform === 'win32' && !parts.every(isWindowsName)) return { refused: 'Windows has no such file names' }
  return { parts }
}

/**
 * Why a symbolic link is not kept; null: it stays inside. `parents` are the parts of the folder it stands in, all of
 * them real folders: only then do leading `..` mean what they say, and a `..` further on might climb out of a folder
 * that another link leads to.
 */
export function refuseLink(parents: readonly string[], linkName: string, platform: NodeJS.Platform): string | null {
  if (platform === 'win32') return 'links are not kept on Windows'
  if (linkName === '' || linkName.includes('\0')) return 'it is a link to nothing'
  if (linkName.startsWith('/')) return 'it is a link to an absolute path'
  const parts = linkName.split('/').filter((part) => part !== '' && part !== '.')
  const names = parts.findIndex((part) => part !== '..')
  const up = names === -1 ? parts.length : names
  if (up > parents.length) return 'it is a link that leaves the folder'
  return parts.includes('..', up) ? 'it is a link whose path turns back' : null
}

/** Two paths with the same key are one place on a file system that does not tell case apart. */
export function caseKey(path: string): string {
  return path.normalize('NFC').toLowerCase()
}

/** A path as it may be shown: control characters written out. */
export function printable(path: string): string {
  return path.replaceAll(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

/** The target's own path comes in front of it. */
const MAX_PATH_BYTES = 3000

function isWindowsName(part: string): boolean {
  if (/[<>:"|?*\\\u0000-\u001f]|[. ]$/.test(part)) return false
  return !/^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i.test(part)
}

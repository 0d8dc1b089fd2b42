/**
 * A path without its detours, from `/` where it is absolute or the folder it is relative to is known; else null: then
 * nobody can tell what it means.
 */
export function resolvePath(path: string, folder: string | null): string | null {
  const plain = path.replace(/^file:\/\//, '')
  if (!plain.startsWith('/') && (folder === null || /^[~$]/.test(plain))) return null
  const parts: string[] = []
  for (const part of (plain.startsWith('/') ? plain : `${folder ?? ''}/${plain}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** Whether a path is the folder or below it; the folder's name may be given by a pattern such as `/test*`. */
export function isWithin(path: string, folder: string): boolean {
  if (path === folder || path.startsWith(`${folder}/`)) return true
  const depth = folder.split('/').length
  const begin = path.split('/').slice(0, depth).join('/')
  return /[*?[{]/.test(begin) && begin.length <= 60 && matchesPattern(folder, begin)
}

/** A pattern means a folder by most of its name: `/*` and `/t*` mean all that is there. */
const MIN_NAMED = 4

function matchesPattern(text: string, pattern: string): boolean {
  if (pattern.replaceAll(/[^a-z]/g, '').length < MIN_NAMED) return false
  const source = pattern
    .replaceAll(/[\\^$.+()|]/g, '\\$&')
    .replaceAll(/\*+/g, '[^/]*')
    .replaceAll('?', '[^/]')
    .replaceAll('{', '(?:')
    .replaceAll('}', ')')
    .replaceAll(',', '|')
  try {
    return new RegExp(`^${source}$`).test(text)
  } catch {
    return false
  }
}

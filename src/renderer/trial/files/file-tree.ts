import type { FileEntry } from '../../../contract/api/common.ts'

/** A row of the tree as it is shown. */
export interface TreeRow {
  readonly path: string
  /** The last part of the path. */
  readonly name: string
  readonly depth: number
  readonly kind: FileEntry['kind']
  readonly size: number
  readonly isOpen: boolean
}

/**
 * The visible rows of a tree: folders first, then by name; what is below a closed folder is left out. Folders that no
 * entry names, but a path goes through, are there too.
 */
export function toTreeRows(entries: readonly FileEntry[], closed: ReadonlySet<string>): readonly TreeRow[] {
  const byPath = new Map<string, FileEntry>()
  const children = new Map<string, Set<string>>()
  for (const entry of entries) {
    byPath.set(entry.path, entry)
    const parts = entry.path.split('/')
    for (let length = parts.length; length > 0; length -= 1) {
      const parent = parts.slice(0, length - 1).join('/')
      const siblings = children.get(parent) ?? new Set()
      siblings.add(parts.slice(0, length).join('/'))
      children.set(parent, siblings)
    }
  }
  const rows: TreeRow[] = []
  const walk = (parent: string, depth: number): void => {
    const paths = [...(children.get(parent) ?? [])].map((path) => {
      const isFolder = children.has(path) || byPath.get(path)?.kind === 'directory'
      return { path, name: path.slice(parent === '' ? 0 : parent.length + 1), isFolder }
    })
    paths.sort(
      (a, b) => Number(b.isFolder) - Number(a.isFolder) || a.name.localeCompare(b.name, 'en', { numeric: true }),
    )
    for (const { path, name, isFolder } of paths) {
      const isOpen = isFolder && !closed.has(path)
      const { kind, size } = byPath.get(path) ?? { kind: 'directory' as const, size: 0 }
      rows.push({ path, name, depth, kind: isFolder ? 'directory' : kind, size, isOpen })
      if (isOpen) walk(path, depth + 1)
    }
  }
  walk('', 0)
  return rows
}

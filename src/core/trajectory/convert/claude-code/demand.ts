import { findInOrder } from '../columns.ts'
import type { DemandOf } from '../line-reader.ts'
import { LINE, type LineColumns } from './index-lines.ts'

/**
 * How often steps ask for a line. The lines of the index are those that make steps, in the order of their files; a user's may
 * hold answers that belong to several.
 */
export function createDemand({ file, at, kind, firstRef }: LineColumns, paths: readonly string[]): DemandOf {
  const numbers = new Map(paths.map((path, number) => [path, number]))
  return (path, place) => {
    const number = numbers.get(path) ?? -1
    const line = findInOrder(at.length, (index) => file.at(index) - number || at.at(index) - place)
    if (line === null) return 'none'
    if (kind.at(line) === LINE.assistant) return 'once'
    // Of the last line it is not known how many refs it has.
    const refs = line + 1 < at.length ? firstRef.at(line + 1) - firstRef.at(line) : 2
    return refs + (kind.at(line) === LINE.userText ? 1 : 0) > 1 ? 'several' : 'once'
  }
}

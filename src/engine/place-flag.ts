import { join, relative } from 'node:path'

/** What a command that is advised needs to look in the same jobs folder: ` -o DIR`, or nothing where that is `./jobs`. */
export function placeFlag(jobsDir: string, cwd: string): string {
  if (jobsDir === join(cwd, 'jobs')) return ''
  const below = relative(cwd, jobsDir)
  return ` -o ${shellWord(below === '' || below.startsWith('..') ? jobsDir : below)}`
}

/** A word as a shell takes it for one, whatever is in it. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

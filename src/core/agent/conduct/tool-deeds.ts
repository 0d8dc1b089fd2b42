import { asRecord, listOf, textOf, type Fields } from '../logs/fields.ts'
import type { Deed } from './deed.ts'
import { resolvePath } from './paths.ts'
import { deedsOfScript } from './shell-deeds.ts'

/**
 * What a tool call reaches for. Tools are told apart by the names of their arguments more than by their own, so that
 * those of agents that nobody here knows are understood too.
 */
export function deedsOfCall(name: string, args: Fields): readonly Deed[] {
  const folder = firstText(args, ['workdir', 'cwd', 'directory', 'dir_path'])
  const command = EDITOR_COMMANDS.has(textOf(args, 'command') ?? '') ? null : commandOf(args)
  return [
    ...(command === null ? [] : deedsOfScript(command, folder)),
    ...deedsOfPaths(name, args),
    ...deedsOfPatch(args),
    ...deedsOfWeb(name, args),
    ...textsOf(args, ['code']).map((code): Deed => ({ kind: 'code', subject: code, shown: code })),
  ]
}

/** Editors that take what they are to do as `command`. */
const EDITOR_COMMANDS: ReadonlySet<string> = new Set(['view', 'create', 'str_replace', 'insert', 'undo_edit', 'write'])
const PATHS = [
  'file_path',
  'filePath',
  'path',
  'absolute_path',
  'target_file',
  'notebook_path',
  'dir_path',
  'directory',
]
const CONTENTS = ['content', 'contents', 'file_text', 'new_str', 'new_string', 'newString']

function commandOf(args: Fields): string | null {
  const text = firstText(args, ['command', 'cmd', 'script', 'keystrokes', 'chars'])
  if (text !== null) return text
  const words = [...listOf(args, 'command'), ...listOf(args, 'cmd')].filter((word) => typeof word === 'string')
  if (words.length === 0) return null
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
}

function deedsOfPaths(name: string, args: Fields): readonly Deed[] {
  const locations = pathsIn(listOf(args, 'locations'))
  const paths = [...textsOf(args, PATHS), ...pathsIn(listOf(args, 'paths')), ...locations]
  const content = firstText(args, CONTENTS)
  const isNew = firstText(args, ['content', 'contents', 'file_text']) !== null
  const pattern = firstText(args, ['pattern', 'glob_pattern'])
  return [
    // What is written anew need not have been read.
    ...paths.flatMap((path) => (isNew ? [] : [toDeed('read', path)])),
    ...(CHANGES.has(name) ? locations.map((path) => toDeed('write', path)) : []),
    ...paths.flatMap((path) => (content === null ? [] : [toDeed('write', path), ...deedsOfContent(path, content)])),
    ...(pattern !== null && /glob|find/i.test(name) ? deedsOfPattern(pattern, paths) : []),
  ]
}

/** Kinds of ACP, which tells only what such a call is about. */
const CHANGES: ReadonlySet<string> = new Set(['edit', 'delete', 'move'])

function pathsIn(listed: readonly unknown[]): readonly string[] {
  return listed.flatMap((one) => (typeof one === 'string' ? [one] : textsOf(asRecord(one) ?? {}, ['path'])))
}

function toDeed(kind: 'read' | 'write', path: string): Deed {
  return { kind, subject: resolvePath(path, null) ?? path, shown: path }
}

/** Of a script that is put into a file and not run yet only what it would write counts. */
function deedsOfContent(path: string, content: string): readonly Deed[] {
  if (path.endsWith('.py') || /^#!.*python/.test(content)) return [{ kind: 'draft', subject: content, shown: content }]
  if (!/\.(?:ba)?sh$/.test(path) && !/^#!.*sh\b/.test(content)) return []
  return deedsOfScript(content, null).flatMap((deed): Deed[] =>
    deed.kind === 'write' ? [deed] : deed.kind === 'code' ? [{ ...deed, kind: 'draft' }] : [],
  )
}

function deedsOfPattern(pattern: string, paths: readonly string[]): readonly Deed[] {
  if (pattern.startsWith('/')) return [toDeed('read', pattern)]
  return paths.includes('/') ? [{ kind: 'seek', subject: pattern, shown: pattern }] : []
}

function deedsOfPatch(args: Fields): readonly Deed[] {
  return textsOf(args, ['input', 'patch', 'patchText', 'diff']).flatMap((patch) =>
    [...patch.matchAll(/^\*\*\* (Add|Update|Delete) File: (.+)$/gm)].flatMap(([line, what, path = '']) => {
      const subject = resolvePath(path.trim(), null) ?? path
      const write: Deed = { kind: 'write', subject, shown: line }
      return what === 'Update' ? [{ ...write, kind: 'read' as const }, write] : [write]
    }),
  )
}

function deedsOfWeb(name: string, args: Fields): readonly Deed[] {
  const keys = /web|fetch|search_?(?:engine|online)|google|browse|internet|exa_|tavily/i.test(name)
    ? ['url', 'uri', 'query', 'q', 'prompt', 'search_term', 'objective']
    : ['url', 'uri']
  const lists = ['urls', 'queries', 'search_queries'].flatMap((key) => listOf(args, key))
  const texts = [...textsOf(args, keys), ...lists.filter((one) => typeof one === 'string')]
  return texts.map((text) => ({ kind: 'web', subject: text, shown: text }))
}

function firstText(args: Fields, keys: readonly string[]): string | null {
  return textsOf(args, keys)[0] ?? null
}

function textsOf(args: Fields, keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => textOf(args, key) ?? [])
}

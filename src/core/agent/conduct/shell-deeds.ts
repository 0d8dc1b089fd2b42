import type { Deed } from './deed.ts'
import { resolvePath } from './paths.ts'
import { sortArguments } from './programs.ts'
import { parseScript, type SimpleCommand } from './shell-script.ts'
import { baseName, unwrap } from './unwrap.ts'

/** What a shell script reaches for. `folder`: where it runs; null: not known. */
export function deedsOfScript(script: string, folder: string | null): readonly Deed[] {
  return runThrough(script, { folder, variables: new Map(), depth: 0 })
}

interface State {
  folder: string | null
  /** Those that the script sets. */
  readonly variables: Map<string, string>
  /** Scripts within scripts. */
  readonly depth: number
}

const MAX_DEPTH = 3

function runThrough(script: string, state: State): readonly Deed[] {
  if (state.depth > MAX_DEPTH) return []
  return parseScript(script).flatMap((command) => deedsOfCommand(command, state))
}

function deedsOfCommand(command: SimpleCommand, state: State): readonly Deed[] {
  const words = unwrap(command.words, (name, value) => setVariable(name, value, state))
  const [path = '', ...args] = words.map((word) => expand(word, state))
  const program = baseName(path)
  const shown = [...command.words, ...command.outputs.flatMap((file) => ['>', file])].join(' ')
  const deeds: Deed[] = [...deedsOfFiles(command, state, shown), ...deedsOfArguments(program, args, state, shown)]
  if (path.includes('/')) deeds.push({ kind: 'read', subject: toPath(path, state), shown })
  deeds.push(...deedsOfText(program, args, command.hereDocument, state))
  if (program === 'cd' || program === 'pushd') state.folder = resolvePath(args[0] ?? '~', state.folder)
  return deeds
}

function deedsOfFiles({ outputs, inputs }: SimpleCommand, state: State, shown: string): readonly Deed[] {
  return [
    ...outputs.map((path): Deed => ({ kind: 'write', subject: toPath(expand(path, state), state), shown })),
    ...inputs.map((path): Deed => ({ kind: 'read', subject: toPath(expand(path, state), state), shown })),
  ]
}

function deedsOfArguments(program: string, args: readonly string[], state: State, shown: string): readonly Deed[] {
  // A program given as an argument is no file.
  const files = SHELL.test(program) || INTERPRETER.test(program) ? args.filter((arg) => !isCode(arg)) : args
  const { reads, writes, seeks, web } = sortArguments(program, files)
  return [
    ...reads.map((word): Deed => ({ kind: 'read', subject: toPath(word, state), shown })),
    ...writes.map((word): Deed => ({ kind: 'write', subject: toPath(word, state), shown })),
    ...seeks.map((subject): Deed => ({ kind: 'seek', subject, shown })),
    ...(web.length > 0 ? [{ kind: 'web', subject: web.join(' '), shown } as const] : []),
  ]
}

/** What it is told to execute, by an argument or its input. */
function deedsOfText(program: string, args: readonly string[], input: string | null, state: State): readonly Deed[] {
  const texts = [...(input === null ? [] : [input]), ...args.filter(isCode)]
  if (program === 'eval') return runThrough(args.join(' '), { ...state, depth: state.depth + 1 })
  if (SHELL.test(program)) return texts.flatMap((text) => runThrough(text, { ...state, depth: state.depth + 1 }))
  if (INTERPRETER.test(program)) return texts.map((text) => ({ kind: 'code', subject: text, shown: text }))
  return []
}

const SHELL = /^(?:ba|da|z|a|k)?sh$/
const INTERPRETER = /^(?:python[\d.]*|pypy3?|ipython3?|node|deno|bun|perl|ruby|php|lua|Rscript)$/

function isCode(arg: string): boolean {
  return /[\s(;'"]/.test(arg)
}

function toPath(word: string, { folder }: State): string {
  return resolvePath(word, folder) ?? word
}

/** A path may be in it; a longer value, which may grow with every assignment, is none. */
const MAX_VALUE = 300

function setVariable(name: string, value: string, state: State): void {
  const expanded = value.length > MAX_VALUE ? value : expand(value, state)
  if (expanded.length <= MAX_VALUE) state.variables.set(name, expanded)
}

function expand(word: string, { variables }: State): string {
  return word.replaceAll(/\$\{?(\w+)\}?/g, (all, name: string) => variables.get(name) ?? all)
}

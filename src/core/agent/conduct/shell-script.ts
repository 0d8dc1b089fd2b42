import { cutHereDocuments, MARK } from './here-documents.ts'

/** One command of a script: its words without their quotes. */
export interface SimpleCommand {
  readonly words: readonly string[]
  /** Files that its output goes to. */
  readonly outputs: readonly string[]
  /** Files that it is fed with. */
  readonly inputs: readonly string[]
  /** The text that it is fed with; null: none. */
  readonly hereDocument: string | null
}

/**
 * The commands of a shell script, those of its substitutions too. It understands quotes, comments, redirections and
 * here-documents; it runs and expands nothing, and what it does not understand is a word.
 */
export function parseScript(script: string): readonly SimpleCommand[] {
  const commands: SimpleCommand[] = []
  const { text, bodies } = cutHereDocuments(script.slice(0, MAX_CHARS))
  collect(text, bodies, commands, 0)
  return commands
}

/** More is no command that anybody types. */
const MAX_CHARS = 100_000
const MAX_COMMANDS = 2_000
const MAX_DEPTH = 5

interface Reader {
  readonly text: string
  readonly bodies: readonly string[]
  /** Scripts of `$(…)` and backquotes. */
  readonly nested: string[]
  at: number
  command: OpenCommand
  /** Null: no word has begun. */
  word: string | null
  /** Where the next word goes. */
  next: 'words' | 'outputs' | 'inputs'
}

interface OpenCommand {
  readonly words: string[]
  readonly outputs: string[]
  readonly inputs: string[]
  hereDocument: string | null
}

function collect(text: string, bodies: readonly string[], commands: SimpleCommand[], depth: number): void {
  const reader: Reader = { text, bodies, nested: [], at: 0, command: emptyCommand(), word: null, next: 'words' }
  while (reader.at < text.length && commands.length < MAX_COMMANDS) {
    const character = text.charAt(reader.at)
    reader.at += 1
    const step = STEPS[character]
    if (step === undefined) append(reader, character)
    else if (step === 'end') endCommand(reader, commands)
    else step(reader)
  }
  endCommand(reader, commands)
  if (depth < MAX_DEPTH) for (const script of reader.nested) collect(script, bodies, commands, depth + 1)
}

/** What a character does where it stands unquoted; the reader is behind it. */
const STEPS: Readonly<Record<string, 'end' | ((reader: Reader) => void)>> = {
  ' ': endWord,
  '\t': endWord,
  '\r': endWord,
  '\n': 'end',
  ';': 'end',
  '|': 'end',
  '(': 'end',
  ')': 'end',
  '&': 'end',
  '#': comment,
  "'": singleQuoted,
  '"': doubleQuoted,
  '`': backquoted,
  $: dollar,
  '\\': escaped,
  '>': toOutput,
  '<': fromInput,
  [MARK]: hereDocument,
}

function emptyCommand(): OpenCommand {
  return { words: [], outputs: [], inputs: [], hereDocument: null }
}

function append(reader: Reader, text: string): void {
  reader.word = (reader.word ?? '') + text
}

function endWord(reader: Reader): void {
  if (reader.word === null) return
  reader.command[reader.next].push(reader.word)
  reader.word = null
  reader.next = 'words'
}

function endCommand(reader: Reader, commands: SimpleCommand[]): void {
  endWord(reader)
  const { command } = reader
  reader.next = 'words'
  reader.command = emptyCommand()
  if (command.words.length + command.outputs.length + command.inputs.length > 0) commands.push(command)
}

function comment(reader: Reader): void {
  if (reader.word !== null) return append(reader, '#')
  const end = reader.text.indexOf('\n', reader.at)
  reader.at = end < 0 ? reader.text.length : end
}

function singleQuoted(reader: Reader): void {
  append(reader, takeUntil(reader, "'"))
}

function doubleQuoted(reader: Reader): void {
  append(reader, '')
  while (reader.at < reader.text.length) {
    const character = reader.text.charAt(reader.at)
    reader.at += 1
    if (character === '"') return
    if (character === '\\') escaped(reader)
    else if (character === '$') dollar(reader)
    else if (character === '`') backquoted(reader)
    else append(reader, character)
  }
}

function backquoted(reader: Reader): void {
  append(reader, '')
  reader.nested.push(takeUntil(reader, '`'))
}

function dollar(reader: Reader): void {
  if (reader.text.charAt(reader.at) !== '(') return append(reader, '$')
  // What the substitution gives is not known: a path that begins with it is no absolute one.
  append(reader, '$()')
  const from = reader.at + 1
  let depth = 0
  do {
    const character = reader.text.charAt(reader.at)
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    reader.at += 1
  } while (depth > 0 && reader.at < reader.text.length)
  reader.nested.push(reader.text.slice(from, depth === 0 ? reader.at - 1 : reader.at))
}

function escaped(reader: Reader): void {
  const character = reader.text.charAt(reader.at)
  reader.at += 1
  if (character !== '\n') append(reader, character)
}

function toOutput(reader: Reader): void {
  // The number before it names a stream.
  if (reader.word !== null && /^\d+$/.test(reader.word)) reader.word = null
  endWord(reader)
  const rest = /^(?:>|\|)?&?/.exec(reader.text.slice(reader.at, reader.at + 2))?.[0] ?? ''
  reader.at += rest.length
  reader.next = rest.endsWith('&') ? 'words' : 'outputs'
}

function fromInput(reader: Reader): void {
  endWord(reader)
  const isText = reader.text.startsWith('<<', reader.at)
  if (isText) reader.at += 2
  // The word behind `<<<` is text, and `<(` begins a command.
  reader.next = isText || reader.text.charAt(reader.at) === '(' ? 'words' : 'inputs'
}

function hereDocument(reader: Reader): void {
  endWord(reader)
  const number = takeUntil(reader, MARK)
  reader.command.hereDocument = reader.bodies[Number(number)] ?? null
}

function takeUntil(reader: Reader, character: string): string {
  const end = reader.text.indexOf(character, reader.at)
  const taken = reader.text.slice(reader.at, end < 0 ? undefined : end)
  reader.at = end < 0 ? reader.text.length : end + 1
  return taken
}

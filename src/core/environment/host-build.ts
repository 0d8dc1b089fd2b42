import { parseDockerfile, type DockerfileIssue, type DockerInstruction } from './dockerfile.ts'
import { expandWord, splitWords } from './dockerfile-words.ts'

/** What is left to do of a Dockerfile where the host's own system stands for its image. */
export interface HostBuildPlan {
  /** The image of the FROM line, which the host stands for. */
  readonly image: string
  readonly steps: readonly HostBuildStep[]
  readonly env: Readonly<Record<string, string>>
  /** Absolute. */
  readonly workdir: string
}

export type HostBuildStep =
  | { readonly kind: 'workdir'; readonly path: string }
  | {
      readonly kind: 'copy'
      readonly line: number
      /** Patterns relative to the build context, without a leading slash. */
      readonly sources: readonly string[]
      /** Absolute. */
      readonly destination: string
      /** The destination was written as a directory. */
      readonly intoDirectory: boolean
      /** `--chmod`; null: as in the context. */
      readonly mode: number | null
    }

export type ParsedHostBuild =
  | { readonly ok: true; readonly plan: HostBuildPlan }
  | { readonly ok: false; readonly issues: readonly DockerfileIssue[] }

/**
 * Reads a Dockerfile for a backend that cannot build images: FROM is recorded, WORKDIR, ENV, ARG and COPY are understood,
 * what says nothing about the files is passed over, and each other instruction is an issue that names it. Never throws.
 */
export function parseHostBuild(text: string): ParsedHostBuild {
  const file = parseDockerfile(text)
  const state: State = {
    escape: file.escape,
    image: null,
    steps: [],
    env: new Map(),
    args: new Map(),
    globalArgs: new Map(),
    workdir: '/',
    issues: [...file.issues],
  }
  for (const instruction of file.instructions) apply(state, instruction)
  if (state.image === null) state.issues.push({ line: 1, message: 'there is no FROM' })
  if (state.image === null || state.issues.length > 0) {
    return { ok: false, issues: state.issues.sort((a, b) => a.line - b.line) }
  }
  const { image, steps, env, workdir } = state
  return { ok: true, plan: { image, steps, env: Object.fromEntries(env), workdir } }
}

interface State {
  readonly escape: string
  image: string | null
  readonly steps: HostBuildStep[]
  readonly env: Map<string, string>
  readonly args: Map<string, string>
  /** ARGs before FROM; a stage sees one of them only where it declares it again. */
  readonly globalArgs: Map<string, string>
  workdir: string
  readonly issues: DockerfileIssue[]
}

type Handler = (state: State, instruction: DockerInstruction) => void

/** CMD stands here because a task's main command is always replaced. */
const PASSED_OVER = new Set(['CMD', 'EXPOSE', 'LABEL', 'MAINTAINER', 'STOPSIGNAL', 'SHELL'])

const HANDLERS: Readonly<Record<string, Handler>> = {
  FROM: from,
  ARG: arg,
  ENV: env,
  WORKDIR: workdir,
  COPY: copy,
  USER: user,
  HEALTHCHECK: healthcheck,
}

const REFUSALS: Readonly<Record<string, string>> = {
  RUN: 'RUN changes the system of the image',
  ADD: 'ADD downloads and unpacks',
  ENTRYPOINT: 'ENTRYPOINT would run before the task',
  VOLUME: 'VOLUME asks for a volume',
  ONBUILD: 'ONBUILD holds steps of another build',
}

function apply(state: State, instruction: DockerInstruction): void {
  const { name } = instruction
  if (PASSED_OVER.has(name)) return
  const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined
  if (handler === undefined) {
    refuse(state, instruction, (Object.hasOwn(REFUSALS, name) ? REFUSALS[name] : undefined) ?? `${name} is not known`)
  } else if (state.image === null && name !== 'FROM' && name !== 'ARG') {
    refuse(state, instruction, `${name} stands before FROM`)
  } else handler(state, instruction)
}

function refuse(state: State, instruction: DockerInstruction, message: string): void {
  state.issues.push({ line: instruction.line, message })
}

/** The word with its variables replaced, or null after an issue was noted. */
function expand(state: State, instruction: DockerInstruction, word: string): string | null {
  const value = expandWord(word, (name) => state.env.get(name) ?? state.args.get(name), state.escape)
  if (value === null || value.includes('\0')) {
    refuse(state, instruction, `${instruction.name}: cannot read ${word.slice(0, 60)}`)
    return null
  }
  return value
}

function from(state: State, instruction: DockerInstruction): void {
  if (state.image !== null) return refuse(state, instruction, 'FROM: a second build stage')
  const words = splitWords(instruction.text, state.escape)
  const isNamed = words.length === 3 && words[1]?.toUpperCase() === 'AS'
  const flag = instruction.flags.find((text) => !text.startsWith('--platform='))
  if (flag !== undefined || (words.length !== 1 && !isNamed))
    return refuse(state, instruction, `FROM: cannot read ${instruction.text.slice(0, 60)}`)
  const image = expand(state, instruction, words[0] ?? '')
  if (image === '') return refuse(state, instruction, 'FROM: no image')
  if (image === null) return
  state.image = image
  for (const [name, value] of state.args) state.globalArgs.set(name, value)
  state.args.clear()
}

function arg(state: State, instruction: DockerInstruction): void {
  for (const word of splitWords(instruction.text, state.escape)) {
    const at = word.indexOf('=')
    const name = at === -1 ? word : word.slice(0, at)
    const value = at === -1 ? (state.globalArgs.get(name) ?? null) : expand(state, instruction, word.slice(at + 1))
    if (!isVariableName(name)) refuse(state, instruction, `ARG: ${name.slice(0, 60)} is no name`)
    else if (value !== null) state.args.set(name, value)
  }
}

function env(state: State, instruction: DockerInstruction): void {
  const pairs = envPairs(instruction.text, state.escape)
  if (pairs === null) return refuse(state, instruction, 'ENV: expected NAME=VALUE')
  // All values of one instruction see the variables as they were before it.
  const values = pairs.map(([name, word]) => [name, expand(state, instruction, word)] as const)
  for (const [name, value] of values) {
    if (!isVariableName(name)) refuse(state, instruction, `ENV: ${name.slice(0, 60)} is no name`)
    else if (value !== null) state.env.set(name, value)
  }
}

/** `NAME=VALUE …`, or the old form `NAME the rest of the line`. */
function envPairs(text: string, escape: string): readonly (readonly [string, string])[] | null {
  const words = splitWords(text, escape)
  const first = words[0]
  if (first === undefined) return null
  if (!first.includes('=')) {
    const rest = text.slice(first.length).trim()
    return rest === '' ? null : [[first, rest]]
  }
  if (!words.every((word) => word.indexOf('=') > 0)) return null
  return words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const)
}

function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
}

function workdir(state: State, instruction: DockerInstruction): void {
  const path = expand(state, instruction, instruction.text)
  if (path === null) return
  if (path === '') return refuse(state, instruction, 'WORKDIR: no path')
  state.workdir = resolvePath(state.workdir, path)
  state.steps.push({ kind: 'workdir', path: state.workdir })
}

function user(state: State, instruction: DockerInstruction): void {
  const name = expand(state, instruction, instruction.text)
  if (name === null || /^(root|0)(:(root|0))?$/.test(name)) return
  refuse(state, instruction, `USER ${name.slice(0, 60)}: only root is there`)
}

function healthcheck(state: State, instruction: DockerInstruction): void {
  if (instruction.text.toUpperCase() !== 'NONE') refuse(state, instruction, 'HEALTHCHECK would run beside the task')
}

function copy(state: State, instruction: DockerInstruction): void {
  const mode = copyMode(instruction)
  if (typeof mode === 'string') return refuse(state, instruction, mode)
  const written = copyWords(instruction.text)
  const words = written.map((word) => expand(state, instruction, word))
  if (!words.every((word) => word !== null)) return
  const sources = words.slice(0, -1)
  const target = words.at(-1) ?? ''
  const intoDirectory = target === '.' || target.endsWith('/') || target.endsWith('/.')
  if (sources.length === 0 || words.includes(''))
    return refuse(state, instruction, 'COPY: expected SOURCE … DESTINATION')
  if (sources.length > 1 && !intoDirectory)
    return refuse(state, instruction, 'COPY: the destination of several sources must end with /')
  const relative = sources.map((source) => resolvePath('/', source).slice(1))
  const destination = resolvePath(state.workdir, target)
  state.steps.push({ kind: 'copy', line: instruction.line, sources: relative, destination, intoDirectory, mode })
}

/** The octal mode of `--chmod`, null without one, or why the instruction cannot be followed. */
function copyMode(instruction: DockerInstruction): number | null | string {
  if (instruction.heredoc) return 'COPY from a here-document'
  let mode: number | null = null
  for (const flag of instruction.flags) {
    const octal = /^--chmod=0?([0-7]{3,4})$/.exec(flag)?.[1]
    if (octal !== undefined) mode = Number.parseInt(octal, 8)
    else if (flag !== '--link') return `COPY ${flag.slice(0, 60)}`
  }
  return mode
}

/** The JSON form keeps spaces in names; the other form has no quotes. */
function copyWords(text: string): readonly string[] {
  if (text.startsWith('[')) {
    try {
      const words: unknown = JSON.parse(text)
      if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words
    } catch {
      // Not JSON: then it is a name that begins with a bracket.
    }
  }
  return text.split(/\s+/).filter((word) => word !== '')
}

/** `path` seen from `base`, without `.` and `..`; never above the root. */
function resolvePath(base: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** What the arguments of a program are. */
export interface Arguments {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  /** Names that are sought on the whole machine. */
  readonly seeks: readonly string[]
  /** Addresses, packages and images. */
  readonly web: readonly string[]
}

/** Sorts the arguments of a program that is known; those of any other are taken for files that it reads. */
export function sortArguments(program: string, args: readonly string[]): Arguments {
  const plain = args.filter((arg) => !arg.startsWith('-'))
  const [part = ''] = plain
  if (SILENT.has(program) || SILENT_PARTS.get(program)?.has(part) === true) return NOTHING
  if (program === 'find') return ofFind(args)
  if (program === 'locate' || program === 'plocate') return { ...NOTHING, seeks: plain }
  if (program === 'dd') return { ...NOTHING, reads: valuesOf(args, 'if='), writes: valuesOf(args, 'of=') }
  if (PATTERN_FIRST.has(program)) return ofPatternFirst(program, args)
  if (WRITERS.has(program)) return { ...NOTHING, writes: plain }
  if (COPIERS.has(program)) return { ...NOTHING, reads: plain.slice(0, -1), writes: plain.slice(-1) }
  if (WEB.has(program)) return ofWeb(args)
  if (PACKAGES.has(program) || WEB_PARTS.get(program)?.has(part) === true) return { ...NOTHING, web: plain.slice(1) }
  return { ...NOTHING, reads: args.flatMap(toPaths) }
}

const NOTHING: Arguments = { reads: [], writes: [], seeks: [], web: [] }

/** They say or remove something, or what they name is not in this machine. */
const SILENT = namesIn('echo printf : true false alias trap rm rmdir chmod chown kill pkill ssh')
const SILENT_PARTS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['git', namesIn('commit tag log')],
  ['docker', namesIn('run exec build')],
  ['podman', namesIn('run exec build')],
])
/** The first argument is a pattern or a program of their own. */
const PATTERN_FIRST = namesIn('grep egrep fgrep rg ag sed awk gawk jq tr')
const WRITERS = namesIn('tee touch mkdir truncate')
const COPIERS = namesIn('cp mv install ln rsync scp')
const WEB = namesIn('curl wget http https aria2c lynx w3m gh')
const WEB_PARTS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['git', namesIn('clone ls-remote fetch pull remote submodule')],
  ['docker', namesIn('pull')],
  ['podman', namesIn('pull')],
])
const PACKAGES = namesIn('pip pip3 pipx uv uvx npm npx pnpm yarn gem cargo go')

function namesIn(list: string): ReadonlySet<string> {
  return new Set(list.split(' '))
}

function ofFind(args: readonly string[]): Arguments {
  const firstTest = args.findIndex((arg) => /^[-(!]/.test(arg))
  const roots = firstTest < 0 ? args : args.slice(0, firstTest)
  const names = args.filter((_arg, index) => /^-(?:i?name|i?path|i?wholename|i?regex)$/.test(args[index - 1] ?? ''))
  return { ...NOTHING, reads: roots, seeks: roots.includes('/') ? names : [] }
}

function ofPatternFirst(program: string, args: readonly string[]): Arguments {
  const files: string[] = []
  let patterns = 0
  for (const [index, arg] of args.entries()) {
    const isPattern = /^-[a-zA-Z]*[ef]$/.test(args[index - 1] ?? '') || arg.startsWith('--regexp=')
    if (isPattern) patterns += 1
    else if (!arg.startsWith('-')) files.push(arg)
  }
  const reads = patterns > 0 ? files : files.slice(1)
  const inPlace = program === 'sed' && args.some((arg) => /^-[a-zA-Z]*i|^--in-place/.test(arg))
  return { ...NOTHING, reads, writes: inPlace ? reads : [] }
}

function ofWeb(args: readonly string[]): Arguments {
  const writes = args.filter((_arg, index) =>
    /^(?:-[a-zA-Z]*[oO]|--output|--output-document)$/.test(args[index - 1] ?? ''),
  )
  const asked = args.filter((arg) => !arg.startsWith('-') && !writes.includes(arg))
  return { ...NOTHING, writes, reads: asked.filter((arg) => arg.startsWith('file://')), web: asked }
}

function valuesOf(args: readonly string[], key: string): readonly string[] {
  return args.filter((arg) => arg.startsWith(key)).map((arg) => arg.slice(key.length))
}

/** A file, or the value of an option. */
function toPaths(arg: string): readonly string[] {
  if (!arg.startsWith('-')) return [arg]
  const equals = arg.indexOf('=')
  return equals < 0 ? [] : [arg.slice(equals + 1)]
}

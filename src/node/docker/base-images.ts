import { type Instruction, readInstructions } from './dockerfile.ts'

/**
 * The images that a build takes in and does not make itself: those that its stages start from, and those that it copies
 * or mounts from. Global arguments are filled in; what only the builder can fill in is left as it stands.
 */
export function baseImages(text: string): string[] {
  const values = new Map<string, string>()
  const stages = new Set<string>(['scratch'])
  const images = new Set<string>()
  let isGlobal = true
  for (const instruction of readInstructions(text)) {
    if (instruction.keyword === 'ARG' && isGlobal) readArguments(instruction.rest, values)
    const { sources, stage } = usesOf(instruction, values)
    for (const name of sources) if (!stages.has(name.toLowerCase())) images.add(name)
    if (instruction.keyword === 'FROM') isGlobal = false
    if (stage !== null) stages.add(stage.toLowerCase())
  }
  return [...images]
}

/** Whether nothing is left in a name that only the builder can fill in. */
export function isSettled(image: string): boolean {
  return !image.includes('$')
}

function usesOf(
  { keyword, rest }: Instruction,
  values: ReadonlyMap<string, string>,
): { readonly sources: readonly string[]; readonly stage: string | null } {
  if (keyword === 'FROM') {
    const [image = '', as, stage = null] = rest.split(/\s+/).filter((word) => !word.startsWith('--'))
    const name = fill(image, values)
    return { sources: name === '' ? [] : [name], stage: as?.toLowerCase() === 'as' ? stage : null }
  }
  const pattern = SOURCES[keyword]
  const named = pattern === undefined ? [] : [...rest.matchAll(pattern)].map(([, name = '']) => name)
  // A number is the place of a stage.
  return { sources: named.filter((name) => !/^\d*$/.test(name)), stage: null }
}

/** Where other instructions name a stage or an image. */
const SOURCES: Readonly<Record<string, RegExp>> = {
  COPY: /(?<=^|\s)--from=(\S+)/g,
  RUN: /(?<=^|\s)--mount=(?:\S*,)?from=([^\s,]+)/g,
}

/** `NAME=value`, any number of them; one without a value is the caller's to give. */
function readArguments(rest: string, values: Map<string, string>): void {
  for (const word of rest.split(/\s+/)) {
    const [, name, value = ''] = /^(\w+)=(.*)$/.exec(word) ?? []
    if (name !== undefined) values.set(name, fill(value.replace(/^(["'])(.*)\1$/, '$2'), values))
  }
}

/** Of all forms that builders know only the usual ones: what is left says itself that it is not known. */
function fill(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:(\w+)|\{(\w+)(?:(:?)-([^${}]*))?\})/g,
    (whole, plain?: string, braced?: string, colon?: string, otherwise?: string) => {
      const value = values.get(plain ?? braced ?? '')
      const isMissing = value === undefined || (value === '' && colon === ':')
      return (isMissing ? otherwise : value) ?? whole
    },
  )
}

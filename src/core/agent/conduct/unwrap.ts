/** The words of a command from its program on: without `if`, `sudo`, `timeout 5`, assignments and their like. */
export function unwrap(
  words: readonly string[],
  onAssignment: (name: string, value: string) => void,
): readonly string[] {
  let at = 0
  for (let word = words[at]; word !== undefined; word = words[at]) {
    const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(word)
    if (assignment !== null) onAssignment(assignment[1] ?? '', assignment[2] ?? '')
    if (assignment !== null || RESERVED.has(word)) at += 1
    else if (WRAPPERS.has(baseName(word))) at = behindOptions(words, at + 1)
    else break
  }
  return words.slice(at)
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

const RESERVED: ReadonlySet<string> = new Set(
  '! { } if then else elif fi for while until do done case esac time export local declare readonly'.split(' '),
)

const WRAPPERS: ReadonlySet<string> = new Set(
  'sudo doas env timeout nohup nice ionice stdbuf setsid xargs watch exec command builtin'.split(' '),
)

/** Options of the wrappers that take the next word. */
const TAKES_WORD: ReadonlySet<string> = new Set(['-u', '-g', '-s', '-k', '-I', '-a', '-d', '-C'])

function behindOptions(words: readonly string[], from: number): number {
  let at = from
  for (let word = words[at]; word !== undefined; word = words[at]) {
    if (TAKES_WORD.has(word)) at += 2
    else if (word.startsWith('-') || /^\d+(?:\.\d+)?[smhd]?$/.test(word)) at += 1
    else break
  }
  return at
}

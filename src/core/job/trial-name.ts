/** Without characters that look alike. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const RANDOM_CHARACTERS = 7
const MAX_TASK_CHARACTERS = 32

/** Harbor's name of a trial: `<task, at most 32 characters>__<7 random characters>`, not one of `taken`. */
export function createTrialName(taskShortName: string, taken: ReadonlySet<string>): string {
  const stem = taskShortName.slice(0, MAX_TASK_CHARACTERS).replace(/[_-]+$/, '')
  for (;;) {
    const name = `${stem}__${randomText()}`
    // Names that differ only in case are one folder on some file systems.
    if (!taken.has(name.toLowerCase())) return name
  }
}

function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_CHARACTERS * 4))
  // Bytes past the last whole multiple are skipped, so that every character is equally likely.
  const usable = [...bytes].filter((byte) => byte < 256 - (256 % ALPHABET.length))
  const text = usable.slice(0, RANDOM_CHARACTERS).map((byte) => ALPHABET.charAt(byte % ALPHABET.length))
  return text.length === RANDOM_CHARACTERS ? text.join('') : randomText()
}

const WORDS =
  'the file holds a list of names “sorted” by date and the test wants them in order, so the next step is to'.split(' ')

/** So many words, others for each seed. */
export function prose(seed: number, words: number): string {
  return Array.from({ length: words }, (_, index) => WORDS[(seed + index * 7) % WORDS.length]).join(' ')
}

export function command(message: number): string {
  return `grep -rn "${prose(message, 4)}" src | head -${message % 50}`
}

/** What a command printed: between one and sixty lines. */
export function printed(message: number): string {
  return Array.from(
    { length: 1 + (message % 60) },
    (_, index) => `src/file-${index}.ts:${message}: ${prose(message + index, 9)}`,
  ).join('\n')
}

export function uuid(message: number, nth: number): string {
  return `${message.toString(16).padStart(8, '0')}-0000-4000-8000-${nth.toString(16).padStart(12, '0')}`
}

/** Milliseconds since the epoch. */
export function timeOf(message: number, nth = 0): number {
  return 1_780_000_000_000 + message * 100 + nth
}

export function isoOf(message: number, nth = 0): string {
  return new Date(timeOf(message, nth)).toISOString()
}

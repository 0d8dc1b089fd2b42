import type { ImageProgress } from '../../core/environment/backend.ts'

const KEPT_LINES = 40
/** A line without end would grow for ever. */
const LONGEST_LINE = 4000

/** Passes a build's output on line by line and keeps the last lines for the error. */
export interface BuildLog {
  write(text: string): void
  /** Passes on a last line without an end. */
  end(): void
  last(): string
}

export function createBuildLog(report: (progress: ImageProgress) => void): BuildLog {
  const kept: string[] = []
  let rest = ''
  const pass = (line: string): void => {
    const text = line.trimEnd().slice(0, LONGEST_LINE)
    if (text === '') return
    kept.push(text)
    if (kept.length > KEPT_LINES) kept.shift()
    report({ stage: 'build', text })
  }
  return {
    write(text) {
      const lines = (rest + text).split(/\r\n|\n|\r/)
      rest = (lines.pop() ?? '').slice(0, LONGEST_LINE)
      for (const line of lines) pass(line)
    },
    end() {
      pass(rest)
      rest = ''
    },
    last: () => kept.join('\n'),
  }
}

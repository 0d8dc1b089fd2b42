import type { OutputLog, TrialFiles } from './ports.ts'

/** The files of a trial, whose raw logs do not grow without end. */
export interface CappedLogs {
  readonly files: TrialFiles
  /** How many writes were dropped so far, wholly or in part. */
  drops(): number
}

/**
 * Each raw log takes at most `maxBytes` in this run of the trial; what comes after is dropped. Whoever writes is not told and goes on
 * as before, so that nothing but the logs changes for it. `onCut` is told of each log once, by its path.
 */
export function capLogs(files: TrialFiles, maxBytes: number, onCut: (path: string) => void): CappedLogs {
  const taken = new Map<string, number>()
  const cut = new Set<string>()
  let drops = 0

  /** The part of the data that there is room for. */
  const admit = (path: string, data: Uint8Array): Uint8Array => {
    const before = taken.get(path) ?? 0
    const part = data.subarray(0, maxBytes - before)
    taken.set(path, before + part.byteLength)
    if (part.byteLength === data.byteLength) return part
    drops += 1
    if (!cut.has(path)) onCut(path)
    cut.add(path)
    return part
  }
  const cap = (path: string, log: OutputLog): OutputLog => ({
    ...log,
    write: async (data) => log.write(admit(path, data)),
  })

  return {
    files: {
      ...files,
      // Two openings of one log are one log.
      appendLog: (path) => cap(path, files.appendLog(path)),
      openOutput: async () => cap(OUTPUT, await files.openOutput()),
    },
    drops: () => drops,
  }
}

const OUTPUT = 'tbcc.output.log'

import { stoppable } from '../../environment/stoppable-archive.ts'
import type { TrialFiles } from '../../job/ports.ts'
import type { ConversionTotals, ConvertContext, TrajectoryConverter } from './converter.ts'
import { toLogFolder } from './log-folder.ts'
import { writeTrajectory } from './write-trajectory.ts'

/**
 * Makes a trial's logs its trajectory; null where there is nothing to convert, and then nothing is written, nor where the
 * signal ends it. Code: cancelled.
 */
export async function convertLogs(
  convert: TrajectoryConverter,
  files: Pick<TrialFiles, 'list' | 'readBytes' | 'writePieces'>,
  about: Omit<ConvertContext, 'logs'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<ConversionTotals | null> {
  const logs = toLogFolder({
    list: async (folder) => files.list(folder),
    readBytes: (path, fromByte) => stoppable(files.readBytes(path, fromByte), signal, 'the conversion'),
  })
  const conversion = await convert({ ...about, logs })
  if (conversion === null || !(await writeTrajectory(files, conversion))) return null
  return conversion.totals()
}

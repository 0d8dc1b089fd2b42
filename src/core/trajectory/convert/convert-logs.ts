import type { TrialFiles } from '../../job/ports.ts'
import type { ConversionTotals, ConvertContext, TrajectoryConverter } from './converter.ts'
import { toLogFolder } from './log-folder.ts'
import { writeTrajectory } from './write-trajectory.ts'

/** Makes a trial's logs its trajectory; null where there is nothing to convert, and then nothing is written. */
export async function convertLogs(
  convert: TrajectoryConverter,
  files: Pick<TrialFiles, 'list' | 'readBytes' | 'writePieces'>,
  about: Omit<ConvertContext, 'logs'>,
): Promise<ConversionTotals | null> {
  const conversion = await convert({ ...about, logs: toLogFolder(files) })
  if (conversion === null || !(await writeTrajectory(files, conversion))) return null
  return conversion.totals()
}

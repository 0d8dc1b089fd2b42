import { stoppable } from '../../environment/stoppable-archive.ts'
import { parseModelName } from '../../agent/installed/model-name.ts'
import type { TrialFiles } from '../../job/ports.ts'
import type { Prices } from '../../prices/prices.ts'
import type { ConversionTotals, ConvertContext, TrajectoryConverter } from './converter.ts'
import { toLogFolder } from './log-folder.ts'
import { priceConversion } from './price-conversion.ts'
import { writeTrajectory } from './write-trajectory.ts'

/**
 * Makes a trial's logs its trajectory; null where there is nothing to convert, and then nothing is written, nor where the
 * signal ends it. Code: cancelled.
 */
export async function convertLogs(
  convert: TrajectoryConverter,
  files: Pick<TrialFiles, 'list' | 'readBytes' | 'writePieces'>,
  about: Omit<ConvertContext, 'logs'>,
  prices: Prices,
  signal: AbortSignal = new AbortController().signal,
): Promise<ConversionTotals | null> {
  const logs = toLogFolder({
    list: async (folder) => files.list(folder),
    readBytes: (path, fromByte) => stoppable(files.readBytes(path, fromByte), signal, 'the conversion'),
  })
  const found = await convert({ ...about, logs })
  if (found === null) return null
  const { provider, name } = about.model === null ? { provider: null, name: null } : parseModelName(about.model)
  const conversion = priceConversion(found, await prices(), { provider, name })
  return (await writeTrajectory(files, conversion)) ? conversion.totals() : null
}

import type { TrajectoryStep } from '../../../contract/harbor/trajectory.ts'
import type { TrialFiles } from '../../job/ports.ts'
import type { Conversion } from './converter.ts'

/** Where Harbor keeps a trial's trajectory. */
const TRAJECTORY_FILE = 'agent/trajectory.json'

/**
 * Writes a conversion step by step, so that a trajectory of any length is never in memory; false where it has no step:
 * then there is nothing to write.
 */
export async function writeTrajectory(
  files: Pick<TrialFiles, 'writePieces'>,
  conversion: Conversion,
): Promise<boolean> {
  const steps = conversion.steps()[Symbol.asyncIterator]()
  const first = await steps.next()
  if (first.done === true) return false
  await files.writePieces(TRAJECTORY_FILE, toPieces(conversion, first.value, { [Symbol.asyncIterator]: () => steps }))
  return true
}

/** The document in Harbor's layout (two blanks), each piece ending with a whole token. */
async function* toPieces(
  conversion: Conversion,
  first: TrajectoryStep,
  others: AsyncIterable<TrajectoryStep>,
): AsyncGenerator<string> {
  const { agent, schema_version, session_id, trajectory_id, ...rest } = conversion.head
  yield `{\n${fields({ schema_version, session_id, trajectory_id, agent })},\n  "steps": [\n${indented(first, 4)}`
  for await (const step of others) yield following(step)
  const end = fields({ ...rest, ...conversion.tail() })
  yield `\n  ]${end === '' ? '' : `,\n${end}`}\n}\n`
}

/** Fields that are set, without the braces around them. */
function fields(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${indented(value, 2).trimStart()}`)
    .join(',\n')
}

/**
 * JSON whose lines all begin `columns` further right. It is written within lists that are then cut off: blanks that were put
 * in afterwards would make a second copy of every step.
 */
function indented(value: unknown, columns: 2 | 4): string {
  return columns === 2 ? within('[\n', [value], '\n]') : within('[\n  [\n', [[value]], END_OF_STEPS)
}

/** A step behind another, from the comma on: put before it afterwards, that would make a copy too. */
function following(step: TrajectoryStep): string {
  return within('[\n  [\n    null', [[null, step]], END_OF_STEPS)
}

const END_OF_STEPS = '\n  ]\n]'

/** The JSON of lists without what it begins and ends with. */
function within(begin: string, lists: readonly unknown[], end: string): string {
  return JSON.stringify(lists, null, 2).slice(begin.length, -end.length)
}

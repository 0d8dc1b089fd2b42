import { KEPT_UNUSED_DAYS } from '../../core/agent/toolchains.ts'
import type { CleanReport } from '../../engine/engine.ts'
import type { CommonFlags } from '../common-flags.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, withEngine } from '../host.ts'
import { jobsDirOf } from '../jobs-place.ts'
import { formatBytes, formatTime, plural } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'

/** `tbcc clean`. */
export async function clean(flags: CommonFlags & { readonly kept?: boolean }, host: Host): Promise<number> {
  const kept = flags.kept === true
  const report = await withEngine(host, { jobsDir: jobsDirOf(flags, host) }, async (engine) => engine.clean({ kept }))
  if (flags.json === true) {
    host.stdout.write(`${JSON.stringify(report)}\n`)
    return EXIT.ok
  }
  const { removed, left, toolchains } = report
  printLines(host.stdout, [
    ...removed.map(({ backend, id, name }) => `removed ${id.slice(0, 12)}  ${plainLine(name)} (${backend})`),
    ...(removed.length === 0 ? [] : [`${plural(removed.length, 'container')} removed.`]),
    ...describeRemoved(toolchains),
    ...(removed.length + toolchains.removed.length + toolchains.halfMade === 0 ? ['Nothing was left behind.'] : []),
    ...(left === 0 ? [] : [describeLeft(left, kept)]),
    ...(toolchains.left === 0
      ? []
      : [`${plural(toolchains.left, 'prepared part')} left alone: in use, or not to be removed`]),
  ])
  return EXIT.ok
}

function describeLeft(left: number, kept: boolean): string {
  const why = kept
    ? 'running, of another machine, or not to be removed'
    : 'running, of another machine, kept by --no-delete (tbcc clean --kept), or not to be removed'
  return `${plural(left, 'container')} of tbcc left alone: ${why}`
}

function describeRemoved({ removed, halfMade, freedBytes }: CleanReport['toolchains']): string[] {
  const what = [
    ...(removed.length === 0 ? [] : [`${removed.length} not used for ${KEPT_UNUSED_DAYS} days`]),
    ...(halfMade === 0 ? [] : [`${halfMade} half-made by dead runs`]),
  ]
  return [
    ...removed.map(
      ({ name, bytes, lastUsedAt }) =>
        `removed ${plainLine(name)}  ${formatBytes(bytes)}, last used ${formatTime(lastUsedAt)}`,
    ),
    ...(what.length === 0 ? [] : [`Prepared agents removed: ${what.join(', ')}; ${formatBytes(freedBytes)} freed.`]),
  ]
}

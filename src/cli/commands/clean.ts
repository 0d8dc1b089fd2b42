import type { CommonFlags } from '../common-flags.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, withEngine } from '../host.ts'
import { jobsDirOf } from '../jobs-place.ts'
import { plural } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'

/** `tbcc clean`. */
export async function clean(flags: CommonFlags & { readonly kept?: boolean }, host: Host): Promise<number> {
  const kept = flags.kept === true
  const report = await withEngine(host, { jobsDir: jobsDirOf(flags, host) }, async (engine) => engine.clean({ kept }))
  if (flags.json === true) {
    host.stdout.write(`${JSON.stringify(report)}\n`)
    return EXIT.ok
  }
  const { removed, left } = report
  printLines(host.stdout, [
    ...removed.map(({ backend, id, name }) => `removed ${id.slice(0, 12)}  ${plainLine(name)} (${backend})`),
    removed.length === 0 ? 'Nothing was left behind.' : `${plural(removed.length, 'container')} removed.`,
    ...(left === 0 ? [] : [describeLeft(left, kept)]),
  ])
  return EXIT.ok
}

function describeLeft(left: number, kept: boolean): string {
  const why = kept
    ? 'running or of another machine'
    : 'running, of another machine, or kept by --no-delete (tbcc clean --kept)'
  return `${plural(left, 'container')} of tbcc left alone: ${why}`
}

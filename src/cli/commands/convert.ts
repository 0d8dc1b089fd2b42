import type { Usage } from '../../contract/trial.ts'
import type { ConvertedTrial } from '../../engine/engine.ts'
import type { CommonFlags } from '../common-flags.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, styleFor, withEngine } from '../host.ts'
import { placeOf } from '../jobs-place.ts'
import { displayPath } from '../report.ts'
import { formatCount, formatMoney, UNKNOWN } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import { type RecordColumn, renderRecords } from '../text/table.ts'

/** `tbcc convert`. */
export async function convert(target: string, flags: CommonFlags, host: Host): Promise<number> {
  const place = placeOf(target, flags, host)
  const trials = await withEngine(host, { jobsDir: place.jobsDir }, async (engine) => engine.convert(place.target))
  if (flags.json === true) host.stdout.write(`${JSON.stringify(trials, null, 2)}\n`)
  else printLines(host.stdout, render(trials, host))
  return trials.some(({ path }) => path !== null) ? EXIT.ok : EXIT.failed
}

function render(trials: readonly ConvertedTrial[], host: Host): string[] {
  const columns: readonly RecordColumn<ConvertedTrial>[] = [
    { title: 'trial', cell: ({ trialName }) => plainLine(trialName) },
    { title: 'input', align: 'right', cell: ({ totals }) => formatCount(totals?.usage.inputTokens ?? null) },
    { title: 'cached', align: 'right', cell: ({ totals }) => formatCount(totals?.usage.cachedTokens ?? null) },
    { title: 'output', align: 'right', cell: ({ totals }) => formatCount(totals?.usage.outputTokens ?? null) },
    { title: 'cost', align: 'right', cell: ({ totals }) => (totals === null ? UNKNOWN : costOf(totals.usage)) },
    {
      title: 'trajectory',
      flexible: true,
      cell: ({ path, reason }) =>
        path === null ? { text: plainLine(reason ?? ''), colour: 'yellow' } : displayPath(path, host.cwd),
    },
  ]
  const table = renderRecords(columns, trials, {
    maxWidth: host.stdout.columns(),
    style: styleFor(host.stdout, host.env),
  })
  return [...table, ...trials.flatMap(remarks)]
}

/** What to know about a conversion that is not all well. */
function remarks({ trialName, totals }: ConvertedTrial): string[] {
  if (totals === null) return []
  const skipped = totals.skipped === 0 ? [] : [`${totals.skipped} lines could not be read`]
  return [...totals.differences, ...skipped].map((remark) => `${trialName}: ${plainLine(remark)}`)
}

function costOf({ costUsd, costIsEstimate }: Usage): string {
  return costUsd === null ? UNKNOWN : formatMoney(costUsd, costIsEstimate)
}

import type { Comparison } from '../../../../contract/api/stats.ts'
import { formatCost, formatDuration, formatPercent } from '../../../format/format.ts'
import { describeComparison } from './describe-comparison.ts'

type Rate = Comparison['sides'][number]['rate']

/** The comparison as a report: sides, warnings, and every task that changed. */
export function toMarkdown(comparison: Comparison): string {
  const { sides, tasks, warnings, unshared } = comparison
  const changed = tasks.filter(({ change }) => change !== 'same')
  const labels = sides.map(({ label }) => label)
  return [
    `## ${labels.map(escapeText).join(' vs. ')}`,
    '',
    `${describeComparison(comparison)}.`,
    ...(unshared.length === 0 ? [] : ['', `Not on every side, so not counted: ${unshared.length}.`]),
    ...warnings.flatMap((warning) => ['', `> **Warning:** ${escapeText(warning)}`]),
    '',
    ...toTable(
      ['Side', 'Resolved', '95 % CI', 'Cost', 'Median duration', 'Backend'],
      sides.map(({ label, rate, costUsd, costIsEstimate, durationMs, backend }) => [
        label,
        describeRate(rate),
        describeInterval(rate),
        formatCost(costUsd, costIsEstimate),
        formatDuration(durationMs.median),
        backend ?? '–',
      ]),
    ),
    '',
    ...(changed.length === 0
      ? ['No task changed.']
      : toTable(
          ['Task', 'Change', ...labels],
          changed.map(({ taskName, change, cells }) => [
            taskName,
            change,
            ...cells.map(({ rate }) => describeRate(rate)),
          ]),
        )),
    '',
  ].join('\n')
}

function describeRate({ resolved, total }: Rate): string {
  return total === 0 ? '–' : `${resolved}/${total} (${formatPercent(resolved / total)})`
}

function describeInterval({ low, high }: Rate): string {
  return low === null || high === null ? '–' : `${Math.round(low * 100)}–${Math.round(high * 100)}`
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeText).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)]
}

/** Names out of tasks and jobs are text here too: no markup, no further row. */
function escapeText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, String.raw`\$&`)
}

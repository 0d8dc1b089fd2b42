import type { CompareSide, Comparison } from '../../contract/api/stats.ts'
import type { TrialRow } from '../../contract/rows.ts'
import { tokensOf } from './combinations.ts'
import { compareText, groupBy } from './group.ts'
import { costOf, measure, sumOf } from './measured.ts'
import { rateOf } from './rate.ts'

export interface ComparedSide {
  readonly side: CompareSide
  readonly trials: readonly TrialRow[]
  /** Digests of the tasks' contents, by name. */
  readonly digests: ReadonlyMap<string, string>
}

type Row = Comparison['tasks'][number]

/** Sides beside each other on the tasks that all of them share. */
export function compareSides(compared: readonly ComparedSide[]): Comparison {
  const sides = compared.map(({ side, trials, digests }) => {
    const finished = trials.filter(({ state }) => state === 'finished')
    return { side, digests, finished, byTask: groupBy(finished, ({ taskName }) => taskName) }
  })
  const names = [...new Set(sides.flatMap(({ byTask }) => [...byTask.keys()]))].sort(compareText)
  const shared = names.filter((name) => sides.every(({ byTask }) => byTask.has(name)))
  const isShared = new Set(shared)
  const tasks = shared.map((taskName) =>
    toRow(
      taskName,
      sides.map(({ byTask }) => byTask.get(taskName) ?? []),
    ),
  )
  return {
    sides: sides.map(({ side, finished }) => {
      const counted = finished.filter(({ taskName }) => isShared.has(taskName))
      return {
        ...side,
        label: labelOf(side),
        backend: backendsOf(finished).join(', ') || null,
        rate: rateOf(counted),
        ...costOf(counted),
        durationMs: measure(counted.map(({ durationMs }) => durationMs)),
      }
    }),
    sharedTasks: shared.length,
    tasks: tasks.sort((a, b) => ORDER[a.change] - ORDER[b.change] || compareText(a.taskName, b.taskName)),
    unshared: names.filter((name) => !isShared.has(name)),
    warnings: [...warnBackends(sides.map(({ finished }) => finished)), ...warnContents(sides, shared)],
  }
}

const ORDER: Readonly<Record<Row['change'], number>> = { regressed: 0, improved: 1, same: 2 }

function toRow(taskName: string, sides: readonly (readonly TrialRow[])[]): Row {
  const cells = sides.map((trials) => ({
    rate: rateOf(trials),
    ...costOf(trials),
    tokens: sumOf(trials.map(tokensOf)),
    durationMs: measure(trials.map(({ durationMs }) => durationMs)).median,
    trials: trials.map(({ jobName, trialName, outcome }) => ({ jobName, trialName, outcome })),
  }))
  const difference = shareOf(cells.at(-1)) - shareOf(cells[0])
  return { taskName, cells, change: difference > 0 ? 'improved' : difference < 0 ? 'regressed' : 'same' }
}

function shareOf(cell: Row['cells'][number] | undefined): number {
  return cell === undefined || cell.rate.total === 0 ? 0 : cell.rate.resolved / cell.rate.total
}

function labelOf({ jobName, agent, model }: CompareSide): string {
  const who = [agent, model].filter((name) => name !== null && name !== '').join(' ')
  return who === '' ? jobName : `${jobName}: ${who}`
}

function backendsOf(trials: readonly TrialRow[]): string[] {
  return [...new Set(trials.flatMap(({ backend }) => backend ?? []))].sort(compareText)
}

function warnBackends(sides: readonly (readonly TrialRow[])[]): string[] {
  const all = backendsOf(sides.flat())
  if (all.length < 2) return []
  return [`the trials ran on different backends (${all.join(', ')}): their scores are not to be compared`]
}

function warnContents(sides: readonly Pick<ComparedSide, 'digests'>[], shared: readonly string[]): string[] {
  const changed = shared.filter((name) => new Set(sides.flatMap(({ digests }) => digests.get(name) ?? [])).size > 1)
  if (changed.length === 0) return []
  const named = changed.slice(0, 5).join(', ')
  return [
    `${changed.length} of the shared tasks had other contents in each: ${named}${changed.length > 5 ? ', …' : ''}`,
  ]
}

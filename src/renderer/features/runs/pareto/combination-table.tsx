import type { ReactNode } from 'react'
import type { Combination } from '../../../../contract/api/stats.ts'
import { RateText, Value } from '../../../components/text.tsx'
import { formatCost, formatCount, formatDuration } from '../../../format/format.ts'
import { toVisible } from '../../../format/visible.ts'

/** The same figures as the chart, as text. */
export function CombinationTable({
  combinations,
  best,
}: {
  readonly combinations: readonly Combination[]
  /** Those on the frontier. */
  readonly best: ReadonlySet<Combination>
}) {
  return (
    <table className="w-full max-w-5xl border-collapse">
      <caption className="sr-only">Rates and what a trial takes, for each agent and model</caption>
      <thead className="text-xs text-dim">
        <tr>
          <Head>Agent</Head>
          <Head>Model</Head>
          <Head right>Resolved</Head>
          <Head right>Tasks</Head>
          <Head right>Cost, median</Head>
          <Head right>Tokens, median</Head>
          <Head right>Time, median</Head>
          <Head right>Cost, all</Head>
          <Head>Frontier</Head>
        </tr>
      </thead>
      <tbody>
        {combinations.map((combination) => {
          const { agent, model, rate, tasks, costUsd, tokens, durationMs } = combination
          return (
            <tr key={`${agent} ${model ?? ''}`} className="border-t border-line">
              <Cell>{toVisible(agent)}</Cell>
              <Cell>{model === null ? <span className="text-dim">no model</span> : toVisible(model)}</Cell>
              <Cell right>
                <RateText rate={rate} />
              </Cell>
              <Cell right>{tasks}</Cell>
              <Cell right>
                <Value>{formatCost(costUsd.median, costUsd.estimated > 0)}</Value>
              </Cell>
              <Cell right>
                <Value>{formatCount(tokens.median)}</Value>
              </Cell>
              <Cell right>
                <Value>{formatDuration(durationMs.median)}</Value>
              </Cell>
              <Cell right>
                <Value>{formatCost(costUsd.total, costUsd.estimated > 0)}</Value>
              </Cell>
              <Cell>{best.has(combination) ? '● yes' : <span className="text-dim">no</span>}</Cell>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function Head({ children, right = false }: { readonly children: ReactNode; readonly right?: boolean }) {
  return (
    <th scope="col" className={`h-(--row) pr-4 font-normal whitespace-nowrap ${right ? 'text-right' : 'text-left'}`}>
      {children}
    </th>
  )
}

function Cell({ children, right = false }: { readonly children: ReactNode; readonly right?: boolean }) {
  return <td className={`h-(--row) pr-4 ${right ? 'text-right tabular' : ''}`}>{children}</td>
}

import { useMemo } from 'react'
import type { CompareSide } from '../../../../contract/api/stats.ts'
import { useActions } from '../../../app/actions.ts'
import { usePaneShown } from '../../../app/pane-shown.ts'
import { setQuery, useAddress } from '../../../app/router.ts'
import { useCall } from '../../../client/queries.ts'
import { toSidesText } from '../../../components/compare-path.ts'
import { copyText } from '../../../components/copy-text.ts'
import { Button, Segmented } from '../../../components/controls.tsx'
import { PageHead } from '../../../components/page.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../components/states.tsx'
import { toShortName } from '../../../format/short-name.ts'
import { notify, notifyError } from '../../../stores/notices.ts'
import { ComparisonTable } from './comparison-table.tsx'
import { CHANGES, describeComparison, type Change } from './describe-comparison.ts'
import { SideList } from './side-list.tsx'
import { toMarkdown } from './to-markdown.ts'

/** Two to eight sides on the tasks they share, what changed first. */
export function JobComparison({ sides }: { readonly sides: readonly CompareSide[] }) {
  const shown = usePaneShown()
  const { query } = useAddress('compare')
  const only = CHANGES.find((change) => change === query['only']) ?? null
  const { data, error, refetch, isPlaceholderData } = useCall(
    'stats.compare',
    sides.length < 2 ? null : { sides: [...sides] },
  )
  const comparison = sides.length < 2 ? undefined : data
  const rows = useMemo(
    () => comparison?.tasks.filter(({ change }) => only === null || change === only) ?? [],
    [comparison, only],
  )
  const setSides = (next: readonly CompareSide[]): void =>
    setQuery('compare', { sides: next.length === 0 ? null : toSidesText(next) })
  const copy = (): void => {
    if (comparison === undefined) return
    copyText(toMarkdown(comparison)).then(() => notify('Copied the comparison as Markdown'), notifyError)
  }
  useActions(
    comparison === undefined ? [] : [{ id: 'compare-copy', group: 'Compare', title: 'Copy as Markdown', run: copy }],
    shown,
  )
  return (
    <>
      <PageHead
        title="Compare"
        answer={
          comparison === undefined
            ? 'Two to eight jobs, or agents and models within them, on the tasks they share'
            : describeComparison(comparison)
        }
        actions={comparison === undefined ? null : <Button onClick={copy}>Copy as Markdown</Button>}
      />
      <SideList sides={sides} comparison={isPlaceholderData ? undefined : comparison} onChange={setSides} />
      {comparison?.warnings.map((warning) => (
        <p key={warning} role="alert" className="px-(--page) pb-1 text-timeout">
          <span aria-hidden>! </span>
          {warning}
        </p>
      ))}
      {sides.length < 2 ? (
        <EmptyState
          title={sides.length === 0 ? 'Choose what to compare' : 'Choose one more side'}
          hint="Add sides above, or select jobs under Runs and press Compare there."
        />
      ) : error !== null ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : comparison === undefined ? (
        <Skeleton rows={10} />
      ) : (
        <>
          <div className="flex items-center gap-3 px-(--page) pb-2">
            <ChangeFilter comparison={comparison} only={only} />
            <Unshared names={comparison.unshared} />
          </div>
          <ComparisonTable comparison={comparison} rows={rows} />
        </>
      )}
    </>
  )
}

function ChangeFilter({
  comparison: { tasks },
  only,
}: {
  readonly comparison: { readonly tasks: readonly { readonly change: Change }[] }
  readonly only: Change | null
}) {
  const count = (change: Change): number => tasks.filter((task) => task.change === change).length
  return (
    <Segmented
      label="Changes that are shown"
      value={only ?? ''}
      choices={[
        { value: '', label: `all ${tasks.length}` },
        ...CHANGES.map((change) => ({ value: change, label: `${change} ${count(change)}` })),
      ]}
      onChange={(value) => setQuery('compare', { only: value === '' ? null : value })}
    />
  )
}

function Unshared({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null
  return (
    <span className="truncate text-dim" title={names.join('\n')}>
      {names.length} not on every side, so not counted: {names.slice(0, 3).map(toShortName).join(', ')}
      {names.length > 3 ? ', …' : ''}
    </span>
  )
}

import type { StepOutline } from '../../../../contract/api/trials.ts'
import type { StepPair } from './align-steps.ts'
import type { ComparedSteps } from './compared-steps.ts'

export type Line =
  | { readonly kind: 'fold'; readonly key: string; readonly count: number; readonly isOpen: boolean }
  /** A step that is identical on both sides, from before the first difference. */
  | { readonly kind: 'identical'; readonly key: string; readonly index: number }
  | { readonly kind: 'pair'; readonly key: string; readonly pair: StepPair<StepOutline> }

/** What the list shows: the identical steps as one line unless they are unfolded, then every pair. */
export function toLines(
  { sameUntil, pairs }: Pick<ComparedSteps, 'sameUntil' | 'pairs'>,
  unfolded: boolean,
): readonly Line[] {
  const fold: readonly Line[] =
    sameUntil === 0 ? [] : [{ kind: 'fold', key: 'fold', count: sameUntil, isOpen: unfolded }]
  const identical = unfolded
    ? Array.from({ length: sameUntil }, (_, index): Line => ({ kind: 'identical', key: `same ${index}`, index }))
    : []
  return [
    ...fold,
    ...identical,
    ...pairs.map((pair): Line => ({ kind: 'pair', key: `${pair.a?.index ?? ''} ${pair.b?.index ?? ''}`, pair })),
  ]
}

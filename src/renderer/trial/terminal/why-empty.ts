import type { ListedTrial, Recording } from '../../../contract/api/trials.ts'
import { plural } from '../../format/format.ts'

/** Why a terminal shows nothing. */
export function whyEmpty({ pruned }: Recording, state: ListedTrial['state']): string {
  if (pruned !== null) return whyGone(pruned)
  return state === 'queued' ? 'Nothing was printed yet.' : 'Nothing was printed, or another program ran it.'
}

/** Why what was printed is no longer there. */
export function whyGone({ afterDays }: NonNullable<Recording['pruned']>): string {
  return afterDays === 0
    ? 'The terminal output was not kept, as the settings say.'
    : `The terminal output was removed after ${plural(afterDays, 'day')}, as the settings say.`
}

import type { ListedTrial, TrialDetail } from '../../../contract/api/trials.ts'
import { formatReward, plural } from '../../format/format.ts'

/** Why the trial ended as it did, in one sentence: the first thing that its screen says. */
export function toSentence(trial: ListedTrial, { record, tests }: Pick<TrialDetail, 'record' | 'tests'>): string {
  if (trial.state === 'queued') return 'Waits for its turn'
  if (trial.state === 'running') return ''
  if (trial.outcome === 'success') return withTests('Resolved', trial)
  const exception = record?.exception ?? null
  if (exception !== null) return `${exception.type}: ${firstLine(exception.message)}`
  if (tests !== null && tests.failed > 0) return `${tests.failed} of ${plural(tests.total, 'test')} failed`
  if (trial.reason !== null) return firstLine(trial.reason)
  if (trial.outcome === null) return 'Ended as asked, without a verdict'
  return `The verifier gave reward ${formatReward(trial.reward)}`
}

function withTests(word: string, { testsPassed, testsTotal }: ListedTrial): string {
  return testsTotal === null ? word : `${word}: ${testsPassed ?? 0} of ${plural(testsTotal, 'test')} passed`
}

function firstLine(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  return line.length > 240 ? `${line.slice(0, 240)} …` : line
}

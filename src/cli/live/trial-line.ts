import type { Outcome } from '../../contract/outcome.ts'
import { formatDuration, formatReward, formatTests } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import type { Style } from '../text/style.ts'
import { cutToWidth } from '../text/width.ts'
import type { EndedTrial } from './state.ts'

type Colour = Parameters<Style>[0]

/** What stands for an outcome everywhere: a sign that needs no colour, its word, its colour. */
export function showOutcome(outcome: Outcome | null): {
  readonly sign: string
  readonly word: string
  readonly colour: Colour
} {
  return outcome === null ? { sign: '·', word: 'not verified', colour: 'dim' } : OUTCOMES[outcome]
}

const OUTCOMES: Readonly<Record<Outcome, { readonly sign: string; readonly word: string; readonly colour: Colour }>> = {
  success: { sign: '✔', word: 'success', colour: 'green' },
  failure: { sign: '✖', word: 'failure', colour: 'red' },
  timeout: { sign: '✖', word: 'timeout', colour: 'red' },
  error: { sign: '!', word: 'error', colour: 'yellow' },
  aborted: { sign: '-', word: 'aborted', colour: 'yellow' },
}

const EVIDENCE_COLUMNS = 160

/** One line for a trial that ended: outcome, label, reward, tests, duration, and who is to blame with what shows it. */
export function renderEndedTrial(label: string, trial: EndedTrial, style: Style): string {
  const { sign, word, colour } = showOutcome(trial.outcome)
  const facts = [
    ...(trial.reward === null ? [] : [`reward ${formatReward(trial.reward)}`]),
    ...(trial.tests === null ? [] : [`tests ${formatTests(trial.tests.passed, trial.tests.total)}`]),
    formatDuration(trial.durationMs),
  ]
  const reason = reasonOf(trial)
  const tail = reason === '' ? '' : style('dim', ` · ${reason}`)
  return `${style(colour, `${sign} ${word}`)}  ${label}  ${facts.join(', ')}${tail}`
}

/** What shows it; where nothing does, what the exception said. A success needs no reason. */
function reasonOf({ outcome, blame, evidence, exceptionType, error }: EndedTrial): string {
  if (outcome === 'success' || outcome === 'aborted') return ''
  const first = plainLine(evidence[0] ?? error ?? exceptionType ?? '')
  const parts = [blame ?? '', cutToWidth(first, EVIDENCE_COLUMNS)].filter((part) => part !== '')
  return parts.join(': ')
}

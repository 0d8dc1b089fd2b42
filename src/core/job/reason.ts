import type { Finding, TestSummary, TrialRecord } from '../../contract/trial.ts'
import { plainLine } from '../text/plain.ts'

type End = Pick<TrialRecord, 'outcome' | 'reward'> & {
  readonly exception: { readonly type: string; readonly message: string } | null
  readonly tests: TestSummary | null
  readonly findings: readonly Pick<Finding, 'kind' | 'message'>[]
}

const MAX_REASON = 200

/** Why a trial did not succeed, in one plain line of at most 200 characters; null where it did, or nothing is known. */
export function reasonOf(end: End): string | null {
  if (end.outcome === 'success') return null
  const reason = exceptionReason(end) ?? findingReason(end) ?? testsReason(end.tests) ?? rewardReason(end)
  return reason === null ? null : cut(reason)
}

function exceptionReason({ exception }: End): string | null {
  if (exception === null) return null
  const line = exception.message.split('\n').find((text) => text.trim() !== '')
  return line === undefined ? exception.type : plainLine(line)
}

function findingReason({ findings }: End): string | null {
  const first = findings.find(({ kind }) => !ASIDE.has(kind))
  return first === undefined ? null : plainLine(first.message)
}

/** What is worth knowing about a trial, and no cause of its end. */
const ASIDE: ReadonlySet<Finding['kind']> = new Set([
  'archive-skipped',
  'tests-sought',
  'reward-sought',
  'task-looked-up',
  'usage-differs',
  'log-cut',
])

function testsReason(tests: TestSummary | null): string | null {
  if (tests === null || tests.failed === 0) return null
  const names = tests.items.flatMap(({ name, status }) => (status === 'failed' ? [plainLine(shortName(name))] : []))
  const which = names.length === 0 ? '' : `: ${names.join(', ')}`
  return `${tests.failed} of ${tests.total} tests failed${which}`
}

function rewardReason({ reward, outcome }: End): string | null {
  return outcome === 'failure' && reward !== null ? `the verifier gave ${reward}` : null
}

/** `test_outputs.py::test_a` is `test_a`. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('::') + (name.includes('::') ? 2 : 1))
}

function cut(text: string): string {
  return text.length <= MAX_REASON ? text : `${text.slice(0, MAX_REASON - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

import { ChevronDown, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Outcome } from '../../../contract/outcome.ts'
import type { TestItem } from '../../../contract/trial.ts'
import { AnsiText } from '../../components/ansi-text.tsx'
import { BlameMark } from '../../components/outcome.tsx'
import { Link } from '../../components/text.tsx'
import { plural } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { paths } from '../../app/router.ts'
import type { KnownTrial } from '../use-trial.ts'
import { useTrialLayout } from '../layout-store.ts'
import { AskAgain } from './ask-again.tsx'
import { toAssertion } from './assertion.ts'

/** So many failed tests are shown here; the Verifier tab has them all. */
const MAX_TESTS = 4

const TITLES: Readonly<Record<Outcome, string>> = {
  success: 'What was found',
  failure: 'Why it failed',
  timeout: 'Why it timed out',
  error: 'Why it failed',
  aborted: 'Why it was aborted',
}

/** Whether there is something to say of why: it did not succeed, or something was found. */
export function hasVerdict({ trial, detail }: KnownTrial): boolean {
  if (trial.state !== 'finished') return false
  return (trial.outcome !== 'success' && trial.outcome !== null) || (detail.record?.findings.length ?? 0) > 0
}

/** Why the trial failed, what shows it, and what to ask next. */
export function VerdictBox({ known }: { readonly known: KnownTrial }) {
  const { verdictFolded: folded, set } = useTrialLayout()
  const failed = known.detail.tests?.items.filter(({ status }) => status === 'failed') ?? []
  const title = TITLES[known.trial.outcome ?? 'failure']
  // Where the agent is not to blame, its failed tests are only what came of it.
  const blamedFirst = known.trial.blame !== 'agent'
  const Chevron = folded ? ChevronRight : ChevronDown
  return (
    <section aria-label={title} className="mx-(--page) mb-3 flex min-h-0 shrink-0 flex-col rounded-md bg-hover">
      <header className="flex items-center gap-2 px-2 py-1.5">
        <button
          type="button"
          aria-expanded={!folded}
          onClick={() => set({ verdictFolded: !folded })}
          className="inline-flex items-center gap-1.5 font-semibold"
        >
          <Chevron size={14} aria-hidden /> {title}
        </button>
        <span className="ml-auto flex flex-wrap items-center justify-end gap-2">
          <AskAgain known={known} />
        </span>
      </header>
      {folded ? null : (
        <div tabIndex={0} role="group" aria-label="Reasons" className="max-h-[20vh] overflow-y-auto px-7 pb-2.5">
          <div className="flex flex-col gap-2">
            <Exception known={known} />
            <Findings known={known} />
            {blamedFirst ? <Blamed known={known} /> : null}
            {failed.slice(0, MAX_TESTS).map((test, index) => (
              <FailedTest key={index} test={test} />
            ))}
            {failed.length > MAX_TESTS ? (
              <Link to={paths.trial(known.ref, { tab: 'verifier' })} className="text-accent">
                {plural(failed.length - MAX_TESTS, 'more failed test')} in Verifier
              </Link>
            ) : null}
            {blamedFirst ? null : <Blamed known={known} />}
          </div>
        </div>
      )}
    </section>
  )
}

/** Evidence beyond the exception and the failed tests, which are shown with their assertions. */
function toOtherEvidence({ record, tests }: KnownTrial['detail']): readonly string[] {
  const failed = (tests?.items ?? []).filter(({ status }) => status === 'failed').map(({ name }) => name)
  const exception = record?.exception ?? null
  const thrown = exception === null ? null : `${exception.type}: ${exception.message}`
  return (record?.evidence ?? []).filter(
    (line) => line !== thrown && !failed.some((name) => line.startsWith(`failed: ${name}`)),
  )
}

function Blamed({ known: { trial, detail } }: { readonly known: KnownTrial }) {
  const evidence = toOtherEvidence(detail)
  if (trial.blame === null && evidence.length === 0) return null
  return (
    <Reason
      title={
        <>
          <span className="text-dim">Blame</span> <BlameMark blame={trial.blame} />
        </>
      }
      lines={evidence}
    />
  )
}

function Exception({ known: { ref, trial, detail } }: { readonly known: KnownTrial }) {
  const exception = detail.record?.exception ?? null
  const type = exception?.type ?? trial.exceptionType
  if (type === null) return null
  const message = exception?.message ?? detail.exceptionText?.trim().split('\n').at(-1) ?? ''
  return (
    <Reason
      title={
        <>
          <Link to={paths.trial(ref, { tab: 'exception' })} className="font-mono text-xs font-semibold text-error">
            {toVisible(type)}
          </Link>
          {exception === null ? null : <span className="text-dim"> in {exception.phase.replace('-', ' ')}</span>}
        </>
      }
      lines={toAssertion({ message, trace: null })}
    />
  )
}

function Findings({ known: { detail } }: { readonly known: KnownTrial }) {
  return detail.record?.findings.map(({ kind, message, evidence }, index) => (
    <Reason
      key={index}
      title={
        <>
          <span className="font-semibold text-timeout">▲ {kind.replaceAll('-', ' ')}</span> <span>{message}</span>
        </>
      }
      lines={evidence}
    />
  ))
}

function FailedTest({ test }: { readonly test: TestItem }) {
  const lines = toAssertion(test)
  return (
    <Reason
      title={
        <>
          <span aria-hidden className="font-semibold text-failure">
            ✗
          </span>{' '}
          <span className="font-mono text-xs break-all">{toVisible(test.name)}</span>
        </>
      }
      lines={lines.length > 0 ? lines : ['No message: the raw output in Verifier may say more.']}
    />
  )
}

function Reason({ title, lines }: { readonly title: ReactNode; readonly lines: readonly string[] }) {
  return (
    <div className="min-w-0">
      <p>{title}</p>
      {lines.length === 0 ? null : (
        <AnsiText text={lines.join('\n')} className="mt-0.5 border-l-2 border-line pl-2 text-dim" />
      )}
    </div>
  )
}

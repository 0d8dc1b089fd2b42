import { AnsiText } from '../components/ansi-text.tsx'
import { EmptyState } from '../components/states.tsx'
import { CopyButton } from '../components/text.tsx'
import { Facts } from '../components/page.tsx'
import { formatWhen } from '../format/format.ts'
import { toVisible } from '../format/visible.ts'
import type { KnownTrial } from './use-trial.ts'

/** The exception that ended the trial, whole. */
export function ExceptionTab({ known: { trial, detail } }: { readonly known: KnownTrial }) {
  const exception = detail.record?.exception ?? null
  const { exceptionText } = detail
  const type = exception?.type ?? trial.exceptionType
  if (type === null && exceptionText === null) {
    return (
      <EmptyState title="No exception" hint="The trial ended without one; whether it passed stands under Verifier." />
    )
  }
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Exception"
      className="min-h-0 flex-1 overflow-y-auto px-(--page) py-3 outline-offset-[-2px]"
    >
      <Facts
        rows={[
          [
            'type',
            <span key="type" className="font-mono text-xs">
              {toVisible(type ?? 'not recorded')}
            </span>,
          ],
          ...(exception === null
            ? []
            : ([
                ['phase', exception.phase.replace('-', ' ')],
                [
                  'at',
                  <span key="at" title={exception.occurredAt}>
                    {formatWhen(exception.occurredAt)}
                  </span>,
                ],
                ['message', <AnsiText key="message" text={exception.message} />],
              ] as const)),
        ]}
      />
      {exceptionText === null ? null : (
        <section aria-label="exception.txt" className="mt-4">
          <h2 className="flex items-center gap-2 text-xs text-dim">
            exception.txt <CopyButton text={exceptionText} label="Copy the whole text" />
          </h2>
          <AnsiText text={exceptionText} />
        </section>
      )}
    </div>
  )
}

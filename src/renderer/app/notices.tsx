import { X } from 'lucide-react'
import { IconButton } from '../components/controls.tsx'
import { dismiss, useNotices } from '../stores/notices.ts'

/** Messages over the lower right corner. */
export function Notices() {
  const notices = useNotices()
  return (
    <div aria-live="polite" className="pointer-events-none fixed right-4 bottom-10 z-50 flex w-96 flex-col gap-2">
      {notices.map(({ id, tone, text, hint, action }) => (
        <div
          key={id}
          role={tone === 'error' ? 'alert' : 'status'}
          className="pointer-events-auto flex items-start gap-2 rounded-md border border-line bg-raised p-3 shadow-float"
        >
          {tone === 'error' ? (
            <span aria-hidden className="font-semibold text-failure">
              !
            </span>
          ) : null}
          <div className="min-w-0 flex-1">
            <p className="break-words">{text}</p>
            {hint === null ? null : <p className="text-dim">{hint}</p>}
            {action === null ? null : (
              <button
                type="button"
                className="mt-1 text-accent hover:underline"
                onClick={() => {
                  dismiss(id)
                  action.run()
                }}
              >
                {action.label}
              </button>
            )}
          </div>
          <IconButton label="Dismiss" className="-m-1" onClick={() => dismiss(id)}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
    </div>
  )
}

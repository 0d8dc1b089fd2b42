import type { InvalidTask } from '../../../contract/api/tasks.ts'
import { CopyButton } from '../../components/text.tsx'
import { plural } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'

/** Folders that are no valid tasks, each with everything that is wrong with it. The others are not affected. */
export function InvalidTasks({ invalid }: { readonly invalid: readonly InvalidTask[] }) {
  if (invalid.length === 0) return null
  return (
    <details className="border-t border-line px-(--page) py-2">
      <summary className="text-timeout">
        {plural(invalid.length, 'folder is no valid task', 'folders are no valid tasks')}:{' '}
        <span className="text-dim">{names(invalid)}</span>
      </summary>
      <ul aria-label="Invalid tasks" className="mt-2 flex max-h-60 flex-col gap-3 overflow-y-auto">
        {invalid.map(({ name, directory, issues }) => (
          <li key={directory}>
            <p className="flex items-center gap-2 font-semibold">
              {toVisible(name)} <CopyButton text={directory} label="Copy the path" />
            </p>
            <ul>
              {issues.map(({ file, key, message }) => (
                <li key={`${file} ${key ?? ''} ${message}`} className="break-words">
                  <span className="font-mono text-xs">
                    {toVisible(file)}
                    {key === null ? '' : ` ${toVisible(key)}`}
                  </span>{' '}
                  <span className="text-dim">{toVisible(message)}</span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </details>
  )
}

const SHOWN = 5

function names(invalid: readonly InvalidTask[]): string {
  const shown = invalid.slice(0, SHOWN).map(({ name }) => toVisible(name))
  return `${shown.join(', ')}${invalid.length > SHOWN ? ` and ${invalid.length - SHOWN} more` : ''}`
}

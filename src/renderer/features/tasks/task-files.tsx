import type { TaskDetail } from '../../../contract/api/tasks.ts'
import { setQuery, useAddress } from '../../app/router.ts'
import { EmptyState } from '../../components/states.tsx'
import { formatBytes } from '../../format/format.ts'
import { groupBy } from '../../format/group-by.ts'
import { toVisible } from '../../format/visible.ts'
import { TaskFile } from './task-file.tsx'

/** The task's files by their folder, and one of them. */
export function TaskFiles({ detail: { files, directory } }: { readonly detail: TaskDetail }) {
  const { query } = useAddress('tasks')
  const shown = files.filter(({ kind }) => kind === 'file')
  const groups = groupBy(shown, ({ path }) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : ''))
  const path = shown.find((file) => file.path === query['file'])?.path ?? null
  if (shown.length === 0) return <EmptyState title="No files" />
  return (
    <div className="flex min-h-0 flex-1">
      <nav aria-label="Files of the task" className="w-48 shrink-0 overflow-auto border-r border-line py-2">
        {[...groups].map(([folder, of]) => (
          <div key={folder} className="pb-2">
            <p className="px-4 text-xs text-dim">{folder === '' ? 'task' : `${toVisible(folder)}/`}</p>
            {of.map((file) => (
              <button
                key={file.path}
                type="button"
                aria-current={file.path === path ? 'true' : undefined}
                title={`${toVisible(file.path)}, ${formatBytes(file.size)}`}
                onClick={() => setQuery('tasks', { file: file.path })}
                className={`block h-6.5 w-full truncate px-4 text-left ${file.path === path ? 'bg-selected' : 'hover:bg-hover'}`}
              >
                {toVisible(folder === '' ? file.path : file.path.slice(folder.length + 1))}
              </button>
            ))}
          </div>
        ))}
      </nav>
      {path === null ? (
        <EmptyState
          title="Choose a file"
          hint="environment/ is what the agent finds, tests/ judges it, solution/ is what the oracle plays."
        />
      ) : (
        <TaskFile key={path} directory={directory} path={path} />
      )}
    </div>
  )
}

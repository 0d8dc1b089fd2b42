import { Dialog } from '../components/dialog.tsx'
import { Keys } from '../components/text.tsx'
import { useAllActions } from './actions.ts'
import { ListKeys } from './list-keys.tsx'

/** Every shortcut that works now: `?`. */
export function ShortcutHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const actions = useAllActions().filter(({ keys }) => keys !== undefined)
  const groups = [...new Set(actions.map(({ group }) => group))]
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard shortcuts" width={620}>
      <div className="columns-2 gap-8">
        {groups.map((group) => (
          <section key={group} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 text-xs text-dim">{group}</h3>
            <ul>
              {actions
                .filter((action) => action.group === group)
                .map((action) => (
                  <li key={action.id} className="flex h-7 items-center justify-between gap-3">
                    <span className="truncate">{action.title}</span>
                    <Keys keys={action.keys ?? ''} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
        <ListKeys />
      </div>
    </Dialog>
  )
}

import { Command } from 'cmdk'
import { Dialog as Radix } from 'radix-ui'
import { Keys } from '../components/text.tsx'
import { useAllActions, type Action } from './actions.ts'

/** Every action by name: Ctrl/Cmd+K. */
export function Palette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const actions = useAllActions().filter(({ hidden }) => hidden !== true)
  const groups = [...new Set(actions.map(({ group }) => group))]
  const run = (action: Action): void => {
    onClose()
    action.run()
  }
  return (
    <Radix.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[rgb(0_0_0/35%)]" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[560px] max-w-[calc(100vw-32px)] -translate-x-1/2 overflow-hidden rounded-md border border-line bg-raised shadow-float"
        >
          <Radix.Title className="sr-only">Commands</Radix.Title>
          <Command label="Commands" loop>
            <Command.Input
              placeholder="Type a command"
              className="h-11 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-dim"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
              <Command.Empty className="p-4 text-center text-dim">No command of that name</Command.Empty>
              {groups.map((group) => (
                <Command.Group
                  key={group}
                  heading={group}
                  className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-dim"
                >
                  {actions
                    .filter((action) => action.group === group)
                    .map((action) => (
                      <Command.Item
                        key={action.id}
                        value={`${action.title} ${action.keywords ?? ''} ${action.id}`}
                        onSelect={() => run(action)}
                        className="flex h-8 items-center rounded-md px-2.5 data-[selected=true]:bg-hover"
                      >
                        <span className="truncate">{action.title}</span>
                        {action.keys === undefined ? null : (
                          <span className="ml-auto pl-4">
                            <Keys keys={action.keys} />
                          </span>
                        )}
                      </Command.Item>
                    ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

import { Columns3 } from 'lucide-react'
import { IconButton } from '../../../components/controls.tsx'
import { Menu } from '../../../components/menu.tsx'
import { TRIAL_CELLS, type TrialCell } from '../../../components/trial-cells.tsx'
import { toggleColumn, useColumnChoice } from './trial-columns.ts'

/** Which columns are shown; remembered on this machine. */
export function ColumnMenu({ visible }: { readonly visible: readonly TrialCell[] }) {
  const { chosen, choose } = useColumnChoice()
  const shown = new Set<string>(visible.map(({ id }) => id))
  return (
    <Menu
      trigger={
        <IconButton label="Columns">
          <Columns3 size={14} />
        </IconButton>
      }
      items={[
        ...TRIAL_CELLS.filter(({ id }) => id !== 'taskName').map(({ id, title }) => ({
          label: title,
          checked: shown.has(id),
          onSelect: () => choose(toggleColumn(visible, id)),
        })),
        { label: 'Those that fit', disabled: chosen === null, onSelect: () => choose(null) },
      ]}
    />
  )
}

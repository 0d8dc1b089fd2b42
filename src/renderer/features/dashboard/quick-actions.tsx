import { useActions } from '../../app/actions.ts'
import { Button } from '../../components/controls.tsx'
import { useQuickActions } from './use-quick-actions.ts'

export function QuickActions() {
  const actions = useQuickActions()
  useActions(
    actions.map(({ id, label, help, run }) => ({ id: `quick-${id}`, group: 'Dashboard', title: label, keywords: help, run })),
  )
  return actions.map(({ id, label, help, run }) => (
    <Button key={id} tone={id === 'full' ? 'primary' : 'plain'} title={help} onClick={run}>
      {label}
    </Button>
  ))
}

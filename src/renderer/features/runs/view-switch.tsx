import { navigate } from '../../app/router.ts'
import { Segmented } from '../../components/controls.tsx'

/** Jobs, or the trials of all jobs. */
export function ViewSwitch({ view }: { readonly view: 'jobs' | 'trials' }) {
  return (
    <Segmented
      label="Runs by"
      value={view}
      choices={[
        { value: 'jobs', label: 'Jobs' },
        { value: 'trials', label: 'Trials' },
      ]}
      onChange={(next) => navigate(next === 'jobs' ? '/runs' : '/runs?view=trials')}
    />
  )
}

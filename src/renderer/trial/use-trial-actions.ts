import type { Recording } from '../../contract/api/trials.ts'
import { useActions, type Action } from '../app/actions.ts'
import { usePaneShown } from '../app/pane-shown.ts'
import { navigate, paths } from '../app/router.ts'
import { useTrialLayout } from './layout-store.ts'
import type { Steps } from './steps/use-steps.ts'
import { togglePlaying, type Replay } from './terminal/replay.ts'
import { useUpPaths } from './up-paths.ts'
import type { KnownTrial } from './use-trial.ts'

/** What the keys do on the screen of a trial. */
export function useTrialActions({
  known: { ref, detail },
  steps,
  replay,
  recording,
  tab,
  tabs,
  show,
}: {
  readonly known: KnownTrial
  readonly steps: Steps
  readonly replay: Replay
  readonly recording: Recording | undefined
  readonly tab: string
  readonly tabs: readonly string[]
  readonly show: (tab: string) => void
}): void {
  const shown = usePaneShown()
  const { expandAll, set } = useTrialLayout()
  const up = useUpPaths(ref.jobName)
  const open = (trialName: string | null): void => {
    // The tab stays, so that one thing can be looked at in one trial after another.
    if (trialName !== null) {
      navigate(paths.trial({ jobName: ref.jobName, trialName }, tab === 'steps' ? {} : { tab }))
    }
  }
  const turn = (by: number): void => show(tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length] ?? tab)
  const action = (id: string, title: string, keys: string, run: () => void, hidden = false): Action => ({
    id: `trial-${id}`,
    group: 'Trial',
    title,
    keys,
    run,
    ...(hidden ? { hidden: true } : {}),
  })
  const onSteps = tab === 'steps'
  useActions(
    [
      action('previous', 'Previous trial of the job', 'arrowleft', () => open(detail.previous)),
      action('next', 'Next trial of the job', 'arrowright', () => open(detail.next)),
      action('tab-before', 'Tab before', 'alt+arrowleft', () => turn(-1), true),
      action('tab-after', 'Next tab', 'alt+arrowright', () => turn(1), true),
      action('up', 'Up to the job', 'escape', () => navigate(up.job)),
      action('first-error', 'First step with an error', 'f', () => {
        show('steps')
        steps.toFirstError()
      }),
      action('expand', expandAll ? 'One step at a time' : 'Expand all steps', 'e', () => {
        show('steps')
        set({ expandAll: !expandAll })
      }),
      action('play', 'Play or pause the terminal', 'space', () => {
        if (recording !== undefined && (onSteps || tab === 'terminal')) togglePlaying(replay, recording)
      }),
      ...(onSteps || tab === 'terminal'
        ? [
            action('step-next', 'Next step', 'j', () => steps.select(steps.row + 1), true),
            action('step-previous', 'Previous step', 'k', () => steps.select(steps.row - 1), true),
          ]
        : []),
    ],
    shown,
  )
}

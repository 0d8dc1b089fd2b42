import { ChevronsDownUp, ChevronsUpDown, CircleAlert, ListFilter } from 'lucide-react'
import { useEffect, useEffectEvent, useState } from 'react'
import { STEP_KINDS, type StepKind } from '../../../contract/api/trials.ts'
import { Button, Chip, IconButton, SearchField } from '../../components/controls.tsx'
import { Menu } from '../../components/menu.tsx'
import { useTrialLayout } from '../layout-store.ts'
import { STEP_LOOKS } from './step-looks.ts'
import type { Steps } from './use-steps.ts'

/** Which steps are listed, and how. */
export function StepTools({ steps }: { readonly steps: Steps }) {
  const { choice, choose } = steps
  const toggle = (kind: StepKind): void => {
    const kinds = choice.kinds.includes(kind) ? choice.kinds.filter((other) => other !== kind) : [...choice.kinds, kind]
    choose({ ...choice, kinds })
  }
  return (
    <div className="flex flex-wrap items-center gap-1.5 p-1.5">
      <FindSteps steps={steps} />
      <Menu
        trigger={
          <Button tone="quiet">
            <ListFilter size={13} aria-hidden /> Kind
          </Button>
        }
        items={STEP_KINDS.map((kind) => ({
          label: STEP_LOOKS[kind].label,
          checked: choice.kinds.includes(kind),
          onSelect: () => toggle(kind),
        }))}
      />
      {choice.kinds.map((kind) => (
        <Chip key={kind} onRemove={() => toggle(kind)}>
          {STEP_LOOKS[kind].label}
        </Chip>
      ))}
    </div>
  )
}

/** Jump to the first error; one step at a time, or all. */
export function StepModes({ steps }: { readonly steps: Steps }) {
  const { expandAll, set } = useTrialLayout()
  const { firstError } = steps.outline
  return (
    <span className="inline-flex items-center">
      <IconButton
        label={firstError === null ? 'No step with an error' : 'First error (f)'}
        disabled={firstError === null}
        onClick={steps.toFirstError}
      >
        <CircleAlert size={14} />
      </IconButton>
      <IconButton
        label={expandAll ? 'One step at a time (e)' : 'Expand all steps (e)'}
        aria-pressed={expandAll}
        onClick={() => set({ expandAll: !expandAll })}
      >
        {expandAll ? <ChevronsDownUp size={14} /> : <ChevronsUpDown size={14} />}
      </IconButton>
    </span>
  )
}

const FIND_DELAY_MS = 250

/** Finds in the whole text of the steps; the engine looks, so one question a pause in typing. */
function FindSteps({ steps: { choice, choose } }: { readonly steps: Steps }) {
  const [text, setText] = useState(choice.text)
  const [known, setKnown] = useState(choice.text)
  // It was changed from elsewhere: all steps are shown again, or the first error is.
  if (known !== choice.text) {
    setKnown(choice.text)
    setText(choice.text)
  }
  // What else was chosen meanwhile stays.
  const find = useEffectEvent((wanted: string) =>
    wanted === choice.text ? undefined : choose({ ...choice, text: wanted }),
  )
  useEffect(() => {
    const timer = setTimeout(() => find(text), FIND_DELAY_MS)
    return () => clearTimeout(timer)
  }, [text])
  return <SearchField label="Find in steps" value={text} onChange={setText} />
}

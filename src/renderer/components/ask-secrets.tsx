import { useState } from 'react'
import { create } from 'zustand'
import { Button, TextField } from './controls.tsx'
import { Dialog } from './dialog.tsx'

interface Question {
  readonly jobName: string
  readonly action: 'Resume' | 'Run again'
  /** Where each value belongs: what the engine said is missing. */
  readonly places: readonly string[]
}

interface Asked extends Question {
  readonly answer: (values: Readonly<Record<string, string>> | null) => void
}

const useAsked = create<{ readonly asked: Asked | null }>(() => ({ asked: null }))

/** Asks for values that a job needs and that are kept nowhere; null: the user gave none. They are not stored. */
export async function askSecrets(question: Question): Promise<Record<string, string> | null> {
  useAsked.getState().asked?.answer(null)
  return new Promise((resolve) => {
    const answer = (values: Readonly<Record<string, string>> | null): void => {
      useAsked.setState({ asked: null })
      resolve(values === null ? null : { ...values })
    }
    useAsked.setState({ asked: { ...question, answer } })
  })
}

/** Shows what `askSecrets` asks; mounted once. */
export function AskSecretsHost() {
  const asked = useAsked((store) => store.asked)
  return asked === null ? null : <SecretsDialog key={asked.jobName} asked={asked} />
}

function SecretsDialog({ asked: { jobName, action, places, answer } }: { readonly asked: Asked }) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const isComplete = places.every((place) => (values[place] ?? '') !== '')
  return (
    <Dialog
      open
      onClose={() => answer(null)}
      title={`What ${jobName} needs to ${action === 'Resume' ? 'go on' : 'run again'}`}
      description="These values were not kept when the job started. They are used for this run and not stored."
      footer={
        <>
          <Button className="ml-auto" onClick={() => answer(null)}>
            Cancel
          </Button>
          <Button tone="primary" disabled={!isComplete} onClick={() => answer(values)}>
            {action}
          </Button>
        </>
      }
    >
      {places.map((place) => (
        <label key={place} className="flex items-center gap-3 py-1.5">
          <span className="w-64 shrink-0 font-mono text-xs break-all">{place}</span>
          <TextField
            type="password"
            value={values[place] ?? ''}
            onChange={(event) => setValues({ ...values, [place]: event.target.value })}
            className="min-w-0 flex-1 font-mono"
          />
        </label>
      ))}
    </Dialog>
  )
}

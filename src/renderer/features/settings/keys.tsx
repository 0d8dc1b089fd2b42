import { useState, type FormEvent } from 'react'
import type { SecretState } from '../../../contract/api/settings.ts'
import { toAppError } from '../../../contract/errors.ts'
import { useAct, useCall } from '../../client/queries.ts'
import { confirm } from '../../components/dialog.tsx'
import { Button, TextField } from '../../components/controls.tsx'
import { ErrorState, Skeleton } from '../../components/states.tsx'

/** Keys of providers: written here, never shown again. */
export function Keys() {
  const { data, error, refetch } = useCall('secrets.list', {})
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />
  if (data === undefined) return <Skeleton rows={6} />
  const storedIn = data[0]?.storedIn
  return (
    <section aria-label="Keys">
      <p className="pb-2 text-dim">
        Handed to agents that ask for them, and replaced in everything that is stored or shown.
        {storedIn === undefined ? null : ` Kept in ${storedIn}.`} A variable of the environment wins over a stored key.
      </p>
      {data.map((secret) => (
        <KeyRow key={secret.name} secret={secret} />
      ))}
      <NewKey />
    </section>
  )
}

function KeyRow({ secret }: { readonly secret: SecretState }) {
  const [editing, setEditing] = useState(false)
  const remove = useAct('secrets.remove', ['secrets'])
  const askRemove = async (): Promise<void> => {
    const yes = await confirm({
      title: `Remove ${secret.name}?`,
      text: 'Its value cannot be read back. Jobs that need it will say that it is missing.',
      action: 'Remove',
      danger: true,
    })
    if (yes) remove.mutate({ name: secret.name })
  }
  return (
    <div className="border-b border-line py-3">
      <div className="flex items-center gap-2">
        <span className="font-mono">{secret.name}</span>
        <span className="text-dim">{secret.label}</span>
        <span className="ml-auto text-dim">
          {secret.isSet ? (
            <span className="text-success">
              ✓ {secret.source === 'environment' ? 'set by the environment' : 'stored'}
            </span>
          ) : (
            'not set'
          )}
        </span>
        <Button onClick={() => setEditing(!editing)}>{secret.source === 'store' ? 'Replace' : 'Set'}</Button>
        {secret.source === 'store' ? (
          <Button tone="danger" onClick={() => void askRemove()}>
            Remove
          </Button>
        ) : null}
      </div>
      {editing ? <ValueForm name={secret.name} onDone={() => setEditing(false)} /> : null}
    </div>
  )
}

function ValueForm({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const set = useAct('secrets.set', ['secrets'])
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const value = new FormData(event.currentTarget).get('value')
    if (typeof value !== 'string' || value.trim() === '') return
    await set.mutateAsync({ name, value: value.trim() })
    onDone()
  }
  return (
    <form onSubmit={(event) => void submit(event).catch(() => {})} className="flex flex-wrap items-center gap-2 pt-2">
      <TextField
        name="value"
        type="password"
        autoFocus
        aria-label={`Value of ${name}`}
        placeholder="Paste the key"
        className="w-96 font-mono"
      />
      <Button tone="primary" type="submit" busy={set.isPending}>
        Store
      </Button>
      <Button onClick={onDone}>Cancel</Button>
      {set.error === null ? null : (
        <p role="alert" className="basis-full text-failure">
          {toAppError(set.error).message}
        </p>
      )}
    </form>
  )
}

/** A key of any other name, for agents that read their own. */
function NewKey() {
  const [name, setName] = useState('')
  const valid = /^[A-Z][A-Z0-9_]*$/.test(name)
  return (
    <div className="py-3">
      <label className="flex items-center gap-2">
        <span className="text-dim">Another variable</span>
        <TextField
          value={name}
          placeholder="MY_PROVIDER_KEY"
          aria-invalid={name !== '' && !valid}
          onChange={(event) => setName(event.target.value.toUpperCase())}
          className="w-64 font-mono"
        />
      </label>
      {valid ? <ValueForm name={name} onDone={() => setName('')} /> : null}
    </div>
  )
}

import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { FolderOpen } from 'lucide-react'
import type { Setting, SettingValue } from '../../../contract/api/settings.ts'
import { host } from '../../client/open-host.ts'
import { IconButton, Select, Switch, TextField } from '../../components/controls.tsx'
import { describeBounds } from './bounds.ts'
import { ListControl } from './list-control.tsx'

interface ControlProps {
  readonly setting: Setting
  readonly disabled: boolean
  readonly onChange: (value: SettingValue) => void
}

/** The control that fits a setting's type. Fields hold on Enter and when they are left; Esc takes a change back. */
export function SettingControl(props: ControlProps) {
  const { setting, disabled, onChange } = props
  if (setting.type === 'boolean') {
    return <Switch label={setting.label} checked={setting.value === true} disabled={disabled} onChange={onChange} />
  }
  if (setting.type === 'choice') {
    return (
      <Select
        label={setting.label}
        value={String(setting.value)}
        choices={setting.choices}
        disabled={disabled}
        onChange={onChange}
      />
    )
  }
  if (setting.type === 'list') {
    const value = Array.isArray(setting.value) ? setting.value : []
    return <ListControl label={setting.label} value={value} disabled={disabled} onChange={onChange} />
  }
  return <FieldControl {...props} />
}

function FieldControl({ setting, disabled, onChange }: ControlProps) {
  const shown = toText(setting.value)
  const [text, setText] = useState(shown)
  const [before, setBefore] = useState(shown)
  // What was given on last: leaving the field after Enter is not a second change.
  const given = useRef(shown)
  if (shown !== before) {
    setBefore(shown)
    setText(shown)
  }
  useEffect(() => {
    given.current = shown
  }, [shown])
  const value = fromText(setting, text)
  const invalid = value === undefined
  const settle = (): void => {
    if (value === undefined || text === shown || text === given.current) return
    given.current = text
    onChange(value)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') settle()
    if (event.key !== 'Escape') return
    event.stopPropagation()
    setText(shown)
  }
  const isNumber = setting.type === 'integer' || setting.type === 'number'
  const pick = async (): Promise<void> => {
    const folder = await host.pickFolder()
    if (folder !== null) onChange(folder)
  }
  return (
    <div className="flex flex-col items-end">
      <div className="flex items-center gap-1.5">
        <TextField
          aria-label={setting.label}
          aria-invalid={invalid}
          value={text}
          disabled={disabled}
          inputMode={isNumber ? 'decimal' : 'text'}
          placeholder={setting.nullLabel ?? undefined}
          onChange={(event) => {
            given.current = shown
            setText(event.target.value)
          }}
          onBlur={settle}
          onKeyDown={onKeyDown}
          className={isNumber ? 'w-44 text-right tabular' : 'w-72'}
        />
        {isNumber ? <span className="w-10 text-dim">{setting.unit}</span> : null}
        {setting.type === 'path' && host.can.pickFolder ? (
          <IconButton label={`Choose a folder for ${setting.label}`} disabled={disabled} onClick={() => void pick()}>
            <FolderOpen size={14} />
          </IconButton>
        ) : null}
      </div>
      {invalid ? <span className="text-xs text-failure">{describeBounds(setting)}</span> : null}
    </div>
  )
}

function toText(value: SettingValue): string {
  return value === null ? '' : String(value)
}

/** Undefined: not a value of this setting. The engine checks it again. */
function fromText(setting: Setting, text: string): SettingValue | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return setting.nullLabel === null ? undefined : null
  if (setting.type !== 'integer' && setting.type !== 'number') return trimmed
  const value = Number(trimmed)
  if (!Number.isFinite(value) || (setting.type === 'integer' && !Number.isInteger(value))) return undefined
  if (setting.min !== null && value < setting.min) return undefined
  return setting.max !== null && value > setting.max ? undefined : value
}

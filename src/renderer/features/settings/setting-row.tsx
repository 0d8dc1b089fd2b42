import { useMutation } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { toAppError } from '../../../contract/errors.ts'
import type { Setting, SettingValue } from '../../../contract/api/settings.ts'
import { call } from '../../client/client.ts'
import { IconButton } from '../../components/controls.tsx'
import { notify, notifyError } from '../../stores/notices.ts'
import { describeRange } from './bounds.ts'
import { SettingControl } from './setting-control.tsx'

/** One setting: what it is, its control, where its value comes from, and the way back. */
export function SettingRow({ setting }: { readonly setting: Setting }) {
  const change = useMutation({
    mutationFn: async (value: SettingValue) => call('settings.set', { key: setting.key, value }),
    onSuccess: () => notifyUndo(setting),
  })
  const reset = useMutation({
    mutationFn: async () => call('settings.reset', { key: setting.key }),
    onSuccess: () => notifyUndo(setting),
  })
  const locked = setting.source === 'environment' || setting.source === 'run'
  const error = change.error ?? reset.error
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-6 border-b border-line py-3">
      <div className="min-w-0">
        <div className="flex items-center gap-2">
          <span className="font-semibold">{setting.label}</span>
          <SourceBadge setting={setting} />
        </div>
        <p className="text-dim">
          {setting.help} {describeRange(setting)}
        </p>
        {error === null ? null : (
          <p role="alert" className="text-failure">
            {toAppError(error).message}
          </p>
        )}
      </div>
      <div className="flex items-start gap-1">
        <SettingControl setting={setting} disabled={locked} onChange={(value) => change.mutate(value)} />
        <IconButton
          label={`Reset ${setting.label}`}
          disabled={setting.source !== 'file'}
          className={setting.source === 'file' ? '' : 'invisible'}
          onClick={() => reset.mutate()}
        >
          <RotateCcw size={14} />
        </IconButton>
      </div>
    </div>
  )
}

function SourceBadge({ setting: { source, variable } }: { readonly setting: Setting }) {
  const [text, title] = {
    default: ['default', 'As it comes'],
    file: ['changed', 'Differs from the default: stands in the file of the settings'],
    environment: [`set by ${variable}`, `Set by ${variable}: change it there`],
    run: ['set at the start', 'Named by the command that started this engine: change it there'],
  }[source]
  return (
    <span className="rounded-full bg-hover px-2 text-xs text-dim" title={title}>
      {text}
    </span>
  )
}

/** Back to where its value came from: what was not in the file is not put there. */
function notifyUndo({ key, label, value, source }: Setting): void {
  const undo = async (): Promise<unknown> =>
    source === 'file' ? call('settings.set', { key, value }) : call('settings.reset', { key })
  notify(`${label} changed`, { label: 'Undo', run: () => void undo().catch(notifyError) })
}

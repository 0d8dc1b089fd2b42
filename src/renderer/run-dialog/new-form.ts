import type { AgentInfo } from '../../contract/api/jobs.ts'
import type { SettingValue } from '../../contract/api/settings.ts'
import type { RunDraft } from '../stores/run-dialog.ts'
import { getAt, isTable } from './config-path.ts'
import { RUN_FIELD_NAMES, RUN_FIELDS, type RunFieldName } from './fields.ts'
import { freshAgent, type AgentForm, type Backend, type RunForm, type RunSource, type SettingOf } from './form.ts'
import { stillChosen, type Remembered } from './remembered.ts'
import { toVariableLines } from './variables.ts'

/** What a new form is filled from. */
export interface FormSources {
  readonly settingOf: SettingOf
  /** Whether a setting's value is that of a variable. */
  readonly isFromEnvironment: (key: string) => boolean
  readonly remembered: Remembered
  readonly known: readonly AgentInfo[]
}

/** What the dialog starts with: an earlier job as it was, else the settings with the choices of the last time. */
export function newForm(draft: RunDraft, from: FormSources): RunForm {
  return draft.config === null ? fromSettings(draft, from) : fromConfig(draft.config, from.settingOf)
}

function fromSettings(draft: RunDraft, from: FormSources): RunForm {
  const { settingOf, known } = from
  const remembered = stillChosen(from.remembered, from)
  const fromSetting = (name: RunFieldName): string => toText(settingValue(name, settingOf))
  return {
    source: {
      kind: 'dataset',
      path: draft.datasetPath ?? (draft.taskNames === null ? remembered.datasetPath : null),
      taskNames: draft.taskNames,
    },
    agents:
      remembered.agents.length > 0
        ? remembered.agents.map((agent, id) => ({ ...agent, id, env: '', rest: {} }))
        : [freshAgent(0, toText(settingOf('execution.agent')) || 'oracle', { known, settingOf })],
    backend: toBackend(remembered.backend ?? settingOf('containers.backend')),
    texts: textsBy((name) => remembered.texts[name] ?? fromSetting(name)),
    keep: settingOf('containers.keepOnFailure') === true ? 'failures' : 'never',
    forceBuild: false,
    verify: true,
    artifacts: '',
    env: '',
    base: {},
  }
}

function fromConfig(config: NonNullable<RunDraft['config']>, settingOf: SettingOf): RunForm {
  const { job_name: _name, ...base } = isTable(config) ? config : {}
  const text = (name: RunFieldName): string => {
    const value = getAt(base, RUN_FIELDS[name].path)
    // What a configuration does not say is its own default, not today's settings.
    return value === undefined && RUN_FIELDS[name].empty === null
      ? (DEFAULTS[name] ?? toText(settingValue(name, settingOf)))
      : toText(value)
  }
  const environment = getAt(base, ['environment'])
  return {
    source: toSource(base),
    agents: toAgents(getAt(base, ['agents'])),
    backend: backendOf(environment),
    texts: textsBy(text),
    keep:
      getAt(environment, ['delete']) === false
        ? 'always'
        : [true, 'true'].some((yes) => getAt(environment, ['kwargs', 'keep_on_failure']) === yes)
          ? 'failures'
          : 'never',
    forceBuild: getAt(environment, ['force_build']) === true,
    verify: getAt(base, ['verifier', 'disable']) !== true,
    artifacts: asList(getAt(base, ['artifacts']))
      .filter((item) => typeof item === 'string')
      .join('\n'),
    env: toVariableLines(asTexts(getAt(environment, ['env']))),
    base,
  }
}

/** Harbor's own. */
const DEFAULTS: Partial<Record<RunFieldName, string>> = {
  attempts: '1',
  concurrency: '4',
  timeoutFactor: '1',
  retries: '0',
}

function textsBy(text: (name: RunFieldName) => string): Record<RunFieldName, string> {
  const entries = RUN_FIELD_NAMES.map((name) => [name, text(name)] as const)
  return { ...BLANK, ...Object.fromEntries(entries) }
}

const BLANK: Record<RunFieldName, string> = {
  attempts: '',
  concurrency: '',
  timeoutFactor: '',
  retries: '',
  jobName: '',
  cpus: '',
  memory: '',
  network: '',
  agentTimeout: '',
  agentSetupTimeout: '',
  verifierTimeout: '',
  agentFactor: '',
  agentSetupFactor: '',
  verifierFactor: '',
  buildFactor: '',
}

function settingValue(name: RunFieldName, settingOf: SettingOf): SettingValue | undefined {
  const { setting } = RUN_FIELDS[name]
  return setting === null ? undefined : settingOf(setting)
}

/** One dataset by its path, all of it or named tasks, can be shown and changed; anything else is taken as it is. */
function toSource(base: Readonly<Record<string, unknown>>): RunSource {
  const tasks = asList(base['tasks'])
  const datasets = asList(base['datasets'])
  const [dataset] = datasets
  const asItIs: RunSource = { kind: 'config', tasks, datasets }
  if (tasks.length > 0 || datasets.length !== 1 || !isTable(dataset)) return asItIs
  const { path, task_names: names, ...rest } = dataset
  const isPlain = Object.values(rest).every((value) => value === null || value === false || value === undefined)
  if (typeof path !== 'string' || !isPlain) return asItIs
  const globs = asList(names).map(toText)
  const taskNames = globs.map(fromGlob)
  if (taskNames.some((name) => name === null)) return asItIs
  return { kind: 'dataset', path, taskNames: globs.length === 0 ? null : taskNames.flatMap((name) => name ?? []) }
}

/** The name that a pattern stands for; null: for several. */
function fromGlob(glob: string): string | null {
  const name = glob.replace(/\[([*?[])\]/g, (_all, char: string) => ESCAPED[char] ?? char)
  return /[*?[]/.test(name) ? null : name.replace(/[\u0001-\u0003]/g, (mark) => PLAIN[mark] ?? mark)
}

const ESCAPED: Readonly<Record<string, string>> = { '*': '\u0001', '?': '\u0002', '[': '\u0003' }
const PLAIN: Readonly<Record<string, string>> = { '\u0001': '*', '\u0002': '?', '\u0003': '[' }

/** Entries that differ in their model only are one agent with several models. */
function toAgents(value: unknown): readonly AgentForm[] {
  const byRest = new Map<string, AgentForm>()
  for (const entry of asList(value)) {
    if (!isTable(entry)) continue
    const { name, model_name: model, kwargs, env, ...rest } = entry
    const key = JSON.stringify({ ...entry, model_name: null })
    const known = byRest.get(key)
    const models = [known?.models ?? '', toText(model)].filter((text) => text !== '').join(', ')
    byRest.set(key, {
      id: byRest.size,
      name: toText(name) || 'oracle',
      models,
      kwargs: isTable(kwargs) ? mapValues(kwargs, toText) : {},
      env: toVariableLines(asTexts(env)),
      rest: { ...rest, ...(isTable(kwargs) ? { kwargs } : {}) },
    })
  }
  return [...byRest.values()].map((agent, id) => ({ ...agent, id }))
}

function backendOf(environment: unknown): Backend {
  if (getAt(environment, ['import_path']) === 'tbcc:sandbox') return 'sandbox'
  return toBackend(getAt(environment, ['type']))
}

function toBackend(value: unknown): Backend {
  return value === 'docker' || value === 'podman' || value === 'sandbox' ? value : 'auto'
}

/** A value as it is typed. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? '')
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function asTexts(value: unknown): Record<string, string> {
  return isTable(value) ? mapValues(value, toText) : {}
}

function mapValues<To>(table: Readonly<Record<string, unknown>>, map: (value: unknown) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, map(value)]))
}

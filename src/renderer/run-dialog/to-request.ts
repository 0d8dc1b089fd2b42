import { JobConfig } from '../../contract/harbor/job-config.ts'
import { isTable, matchesPath, setAt } from './config-path.ts'
import { RUN_FIELD_NAMES, RUN_FIELDS, type RunField, type RunFieldName } from './fields.ts'
import { modelsOf, type AgentForm, type RunForm } from './form.ts'
import { toText } from './new-form.ts'
import { parseVariables } from './variables.ts'

/** The form as a job's configuration, or what keeps it from being one. */
export interface CheckedForm {
  readonly config: JobConfig | null
  /** What is wrong with a field. */
  readonly byField: ReadonlyMap<RunFieldName, string>
  /** What is wrong elsewhere. */
  readonly others: readonly string[]
}

/** `datasetPath`: where the dataset is that the form means; null: not known yet. */
export function checkForm(form: RunForm, datasetPath: string | null): CheckedForm {
  const wrong = wrongLines(form)
  if (form.source.kind === 'dataset' && datasetPath === null) return { config: null, byField: new Map(), others: wrong }
  const parsed = JobConfig.safeParse(toConfig(form, datasetPath))
  if (parsed.success) {
    return { config: wrong.length === 0 ? parsed.data : null, byField: new Map(), others: wrong }
  }
  const byField = new Map<RunFieldName, string>()
  const others = [...wrong]
  for (const { path, message } of parsed.error.issues) {
    const name = RUN_FIELD_NAMES.find((field) => matchesPath(path, RUN_FIELDS[field].path))
    if (name === undefined) others.push(`${path.map(String).join('.')}: ${message}`)
    else byField.set(name, message)
  }
  return { config: null, byField, others }
}

function wrongLines(form: RunForm): readonly string[] {
  return [form.env, ...form.agents.map(({ env }) => env)].flatMap((text) =>
    parseVariables(text).wrong.map((line) => `“${line.split('=')[0] ?? ''}” is no variable: write NAME=VALUE or NAME`),
  )
}

function toConfig(form: RunForm, datasetPath: string | null): unknown {
  const start: unknown = { ...form.base, ...toSelection(form, datasetPath), agents: form.agents.flatMap(toAgents) }
  const texts = RUN_FIELD_NAMES.reduce(
    (config, name) => setAt(config, RUN_FIELDS[name].path, toValue(name, form.texts[name])),
    start,
  )
  const changes: readonly (readonly [readonly string[], unknown])[] = [
    [['artifacts'], toArtifacts(form)],
    [['verifier', 'disable'], !form.verify],
    [['environment', 'delete'], form.keep !== 'always'],
    [['environment', 'kwargs', 'keep_on_failure'], form.keep === 'failures' ? true : undefined],
    [['environment', 'force_build'], form.forceBuild],
    [['environment', 'env'], { ...parseVariables(form.env).values }],
    // Where it runs is said beside the configuration.
    [['environment', 'type'], undefined],
    [['environment', 'import_path'], undefined],
  ]
  return changes.reduce((config, [path, value]) => setAt(config, path, value), texts)
}

function toSelection({ source }: RunForm, datasetPath: string | null): Record<string, unknown> {
  if (source.kind === 'config') return { tasks: source.tasks, datasets: source.datasets }
  const names = source.taskNames?.map(toGlob) ?? null
  return { tasks: [], datasets: [{ path: datasetPath, task_names: names }] }
}

/** A pattern that stands for this name only. */
export function toGlob(name: string): string {
  return name.replace(/[*?[]/g, '[$&]')
}

function toAgents(agent: AgentForm): readonly unknown[] {
  const models = modelsOf(agent)
  const before = isTable(agent.rest['kwargs']) ? agent.rest['kwargs'] : {}
  const kwargs = Object.entries(agent.kwargs).flatMap(([key, text]): [string, unknown][] => {
    // What was not typed anew keeps its type.
    if (key in before && toText(before[key]) === text) return [[key, before[key]]]
    return text === '' ? [] : [[key, text]]
  })
  const entry = {
    ...agent.rest,
    name: agent.name,
    kwargs: Object.fromEntries(kwargs),
    env: { ...parseVariables(agent.env).values },
  }
  return models.length === 0
    ? [{ ...entry, model_name: null }]
    : models.map((model) => ({ ...entry, model_name: model }))
}

function toValue(name: RunFieldName, typed: string): unknown {
  const { kind, empty }: RunField = RUN_FIELDS[name]
  const text = typed.trim()
  // A number that must be there is refused by the schema; a name or a network that is not said is left out.
  if (text === '') return empty === null ? '' : kind === 'text' ? undefined : null
  return kind === 'number' && Number.isFinite(Number(text)) ? Number(text) : text
}

/** Artifacts that are more than a path stay as the earlier job had them. */
function toArtifacts({ artifacts, base }: RunForm): readonly unknown[] {
  const before: readonly unknown[] = Array.isArray(base['artifacts']) ? base['artifacts'] : []
  const lines = artifacts
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return [...lines, ...before.filter((item) => typeof item !== 'string')]
}

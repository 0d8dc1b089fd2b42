import { asRecord, listOf, recordOf, textOf, type Fields } from '../logs/fields.ts'

/** How an agent lets its model be chosen. */
export type ModelChoice =
  | { readonly kind: 'session-models'; readonly candidates: readonly string[] }
  | { readonly kind: 'config-option'; readonly configId: string; readonly candidates: readonly string[] }

/** Null: the agent offers no choice. Candidates in the order in which Harbor tries them. */
export function modelChoice(session: Fields, wanted: string): ModelChoice | null {
  const models = recordOf(session, 'models')
  if (models !== null) return { kind: 'session-models', candidates: sessionCandidates(models, wanted) }
  const option = modelOption(session)
  const configId = option === null ? null : textOf(option, 'id')
  if (option === null || configId === null) return null
  return { kind: 'config-option', configId, candidates: optionCandidates(option, wanted) }
}

/** The name as it was given, and without its provider. */
function variantsOf(wanted: string): readonly string[] {
  const slash = wanted.indexOf('/')
  return slash === -1 ? [wanted] : [wanted, wanted.slice(slash + 1)]
}

function sessionCandidates(models: Fields, wanted: string): readonly string[] {
  const variants = variantsOf(wanted)
  const offered = listOf(models, 'availableModels').flatMap((model) => textsOf(model, 'modelId'))
  if (offered.length === 0) return variants
  const current = textOf(models, 'currentModelId') ?? ''
  const effort = current.includes('/') ? current.slice(current.indexOf('/') + 1) : null
  const found = variants.flatMap((variant) => {
    const below = offered.filter((id) => id.startsWith(`${variant}/`))
    return [
      ...offered.filter((id) => id === variant),
      ...offered.filter((id) => effort !== null && id === `${variant}/${effort}`),
      ...(below.length === 1 ? below : []),
    ]
  })
  return [...new Set([...found, ...variants])]
}

function modelOption(session: Fields): Fields | null {
  const options = listOf(session, 'configOptions')
    .map(asRecord)
    .filter((option) => option !== null)
  const isModel = (option: Fields): boolean =>
    textOf(option, 'category')?.toLowerCase() === 'model' ||
    ['model', 'model_id', 'modelid'].includes(textOf(option, 'id')?.toLowerCase() ?? '')
  return options.find(isModel) ?? null
}

function optionCandidates(option: Fields, wanted: string): readonly string[] {
  const variants = variantsOf(wanted)
  const offered = listOf(option, 'options').flatMap((item) => {
    const own = textsOf(item, 'value')
    const group = asRecord(item)
    return own.length > 0 || group === null ? own : listOf(group, 'options').flatMap((inner) => textsOf(inner, 'value'))
  })
  if (offered.length === 0) return variants
  const found = variants.flatMap((variant) => {
    const same = offered.filter((value) => afterSlash(value) === afterSlash(variant))
    return [...offered.filter((value) => value === variant), ...(same.length === 1 ? same : [])]
  })
  return [...new Set(found)]
}

function afterSlash(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}

function textsOf(item: unknown, key: string): readonly string[] {
  const record = asRecord(item)
  const text = record === null ? null : textOf(record, key)
  return text === null || text === '' ? [] : [text]
}

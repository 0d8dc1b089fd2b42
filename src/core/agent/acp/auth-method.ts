import { asRecord, listOf, textOf, type Fields } from '../logs/fields.ts'

export type AuthPolicy = 'auto' | 'explicit' | 'disabled'

export interface AuthAsk {
  readonly policy: AuthPolicy
  /** The method that the user named. */
  readonly named: string | null
  /** Whether variables are set, and not to nothing, where the agent runs. */
  readonly areSet: (names: readonly string[]) => Promise<boolean>
}

/** The method to authenticate with; null: none. `auto` takes the first whose variables are all set. */
export async function authMethod(initialized: Fields, { policy, named, areSet }: AuthAsk): Promise<string | null> {
  if (policy === 'disabled') return null
  if (policy === 'explicit' || named !== null) return named
  for (const item of listOf(initialized, 'authMethods')) {
    const method = asRecord(item)
    const id = method === null ? null : textOf(method, 'id')
    if (method === null || id === null || textOf(method, 'type') !== 'env_var') continue
    if (await areSet(neededVariables(method))) return id
  }
  return null
}

function neededVariables(method: Fields): readonly string[] {
  return listOf(method, 'vars').flatMap((item) => {
    const variable = asRecord(item)
    const name = variable === null ? null : textOf(variable, 'name')
    return name === null || variable?.['optional'] === true ? [] : [name]
  })
}

import { AppError } from '../../contract/errors.ts'

const TEMPLATE = /^\$\{([^}:]+)(?::-(.*))?\}$/

/** Whether a value as a whole is `${NAME}` or `${NAME:-default}`. Inside longer text nothing is replaced. */
export function isTemplate(value: string): boolean {
  return TEMPLATE.test(value)
}

/** The variable that a value names and its default; null for any other value. */
export function parseTemplate(value: string): { readonly name: string; readonly fallback: string | null } | null {
  const match = TEMPLATE.exec(value)
  return match?.[1] === undefined ? null : { name: match[1], fallback: match[2] ?? null }
}

/**
 * Variables with their templates filled in from the host. A variable that the host lacks and that has no default is an
 * AppError `invalid-input` that names it.
 */
export function resolveTemplates(
  variables: Readonly<Record<string, string>>,
  host: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, resolve(key, value, host)]))
}

function resolve(key: string, value: string, host: Readonly<Record<string, string | undefined>>): string {
  const template = parseTemplate(value)
  if (template === null) return value
  const found = (Object.hasOwn(host, template.name) ? host[template.name] : undefined) ?? template.fallback
  if (found !== null) return found
  throw new AppError('invalid-input', `the host variable ${template.name}, which ${key} reads, is not set`, {
    details: {
      hint: `set ${template.name} in the environment or in the file given by --env-file`,
      variable: template.name,
    },
  })
}

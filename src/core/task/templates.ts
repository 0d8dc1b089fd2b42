import { AppError } from '../../contract/errors.ts'

const TEMPLATE = /^\$\{([^}:]+)(?::-(.*))?\}$/

/** Whether a value as a whole is `${NAME}` or `${NAME:-default}`. Inside longer text nothing is replaced. */
export function isTemplate(value: string): boolean {
  return TEMPLATE.test(value)
}

interface Template {
  readonly name: string
  /** Null: it has none. */
  readonly fallback: string | null
}

/** The variable that a value names and its default; null for any other value. */
export function parseTemplate(value: string): Template | null {
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
  return template === null ? value : valueOf(template, key, host)
}

const ANYWHERE = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g

/** The variables that a text names anywhere in it, as `${NAME}` or `${NAME:-default}`, in their order. */
export function templatesIn(text: string): readonly Template[] {
  return [...text.matchAll(ANYWHERE)].map(([, name = '', fallback]) => ({ name, fallback: fallback ?? null }))
}

/** A text with the templates anywhere in it filled in. AppError `invalid-input` as above; `reader`: who reads them. */
export function fillTemplates(
  text: string,
  reader: string,
  host: Readonly<Record<string, string | undefined>>,
): string {
  return text.replaceAll(ANYWHERE, (_, name: string, fallback?: string) =>
    valueOf({ name, fallback: fallback ?? null }, reader, host),
  )
}

function valueOf(
  { name, fallback }: Template,
  reader: string,
  host: Readonly<Record<string, string | undefined>>,
): string {
  const found = (Object.hasOwn(host, name) ? host[name] : undefined) ?? fallback
  if (found !== null) return found
  throw new AppError('invalid-input', `the host variable ${name}, which ${reader} reads, is not set`, {
    details: { hint: `set ${name} in the environment or in the file given by --env-file`, variable: name },
  })
}

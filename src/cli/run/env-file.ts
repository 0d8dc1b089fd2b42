import { parseEnv } from 'node:util'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The variables of a `.env` file over an environment. `${NAME}` and `${NAME:-default}` in values stand for earlier
 * lines of the file and for the environment; where both have a name, the one that wins in the result does.
 */
export function parseEnvFile(text: string, env: Env, options: { readonly fileWins: boolean }): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, raw] of Object.entries(parseEnv(text))) {
    if (raw === undefined) continue
    values[name] = raw.replaceAll(
      /\$\{([^}:]*)(?::-([^}]*))?\}/g,
      (_match, key: string, fallback: string | undefined) => {
        const [first, second] = options.fileWins ? [values, env] : [env, values]
        return first[key] ?? second[key] ?? fallback ?? ''
      },
    )
  }
  return values
}

/** The environment a command works with: `--env-file` over the process's own over `.env.local`. */
export function layerEnvironment(
  env: Env,
  files: { readonly local: string | null; readonly envFile: string | null },
): { readonly env: Env; readonly explicit: readonly string[] } {
  const local = files.local === null ? {} : parseEnvFile(files.local, env, { fileWins: false })
  const base = { ...local, ...env }
  const explicit = files.envFile === null ? {} : parseEnvFile(files.envFile, base, { fileWins: true })
  return { env: { ...base, ...explicit }, explicit: Object.keys(explicit) }
}

import type { SecretState, Setting } from '../../contract/api/settings.ts'

/** Settings that an engine of these screens works by, and that no flag of the command line says. */
const LOGS = new Set(['logging.saveTrajectories', 'logging.saveOutput', 'logging.maxLogMb'])

/** In what `tbcc run`, which reads no settings, would differ from a start here, and what makes it alike where something does. */
export function toCommandDifferences(settings: readonly Setting[], secrets: readonly SecretState[]): readonly string[] {
  const stored = secrets.filter(({ source }) => source === 'store').map(({ name }) => name)
  const endpoint = settings.find(({ key, source }) => key === 'containers.endpoint' && source === 'file')
  const logs = settings.filter(({ key, value, default: usual }) => LOGS.has(key) && value !== usual)
  return [
    ...(stored.length === 0 ? [] : [`stored keys are not handed on: set ${stored.join(', ')} as variables`]),
    ...(endpoint === undefined || endpoint.value === null
      ? []
      : [`the Docker endpoint of the settings is not used: set ${endpoint.variable}`]),
    ...(logs.length === 0
      ? []
      : [`logs are kept by the defaults, not as set (${logs.map(({ label }) => label).join(', ')})`]),
  ]
}

import type { BackendName } from '../../core/environment/backend.ts'
import { usageError } from '../errors.ts'
import { type PlainConfig, tableAt } from './plain-config.ts'

export type BackendWish = BackendName | 'auto'

const SANDBOX_IMPORT_PATH = 'tbcc:sandbox'
const WISHES: readonly BackendWish[] = ['auto', 'docker', 'podman', 'sandbox']

/** Where the job runs: `-e` over the config's environment; where neither says so, whatever answers. */
export function chooseBackend(config: PlainConfig, flag: string | undefined): BackendWish {
  if (flag !== undefined) return parseBackend(flag, `-e ${flag}`)
  const { type, import_path: importPath } = tableAt(config, 'environment')
  if (importPath === SANDBOX_IMPORT_PATH) return 'sandbox'
  if (type === undefined || type === null) return 'auto'
  const name = typeof type === 'string' ? type : JSON.stringify(type)
  return parseBackend(name, `environment.type: ${name}`)
}

/** The configuration with that backend in Harbor's words; where it is still open, nothing stands there. */
export function withBackend(config: PlainConfig, backend: BackendWish): PlainConfig {
  const { type: _type, import_path: _importPath, ...environment } = tableAt(config, 'environment')
  return { ...config, environment: { ...inHarborsWords(backend), ...environment } }
}

function inHarborsWords(backend: BackendWish): PlainConfig {
  if (backend === 'auto') return {}
  return backend === 'sandbox' ? { type: null, import_path: SANDBOX_IMPORT_PATH } : { type: backend }
}

function parseBackend(text: string, where: string): BackendWish {
  const found =
    WISHES.find((wish) => wish === text.toLowerCase()) ?? (text === SANDBOX_IMPORT_PATH ? 'sandbox' : undefined)
  if (found !== undefined) return found
  throw usageError(`${where}: tbcc does not support this environment`, `it has ${WISHES.join(', ')}`)
}

import { AppError } from '../../../contract/errors.ts'
import { asRecord, parseLine } from '../logs/fields.ts'

/**
 * Settings are kept with the job, and what is made of them may lie in the container: neither is a place for a key.
 * AppError `invalid-input` where one stands in a setting that is a JSON object, also as text.
 */
export function refuseSecrets(agent: string, setting: string, value: unknown): void {
  const object = typeof value === 'string' ? parseLine(value) : value
  const place = placeOfSecret(object, [])
  if (place === null) return
  throw new AppError('invalid-input', `agent ${agent}: ${setting} has a secret in ${place.join('.')}`, {
    details: {
      hint: 'name a variable in its place, as the agent wants it ({env:NAME}, ${NAME}), and set that with --ae NAME=…',
    },
  })
}

const SECRET_KEY = /(?:api[-_]?key|secret|password|authorization|token)$/i
/** `{env:NAME}`, `{file:PATH}`, `$NAME`, `${NAME}`. */
const REFERENCE = /\{(?:env|file):[^}]+\}|\$\{?[A-Za-z_]\w*/

function placeOfSecret(value: unknown, path: readonly string[]): readonly string[] | null {
  if (typeof value === 'string')
    return SECRET_KEY.test(path.at(-1) ?? '') && value !== '' && !REFERENCE.test(value) ? path : null
  const record = Array.isArray(value) ? Object.assign({}, value) : asRecord(value)
  if (record === null) return null
  for (const [key, inner] of Object.entries(record)) {
    const place = placeOfSecret(inner, [...path, key])
    if (place !== null) return place
  }
  return null
}

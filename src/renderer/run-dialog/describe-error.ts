import { AppError } from '../../contract/errors.ts'

/** Why a run cannot be prepared, with what the dialog has where a hint speaks of flags of the command line. */
export function inDialog(error: AppError): AppError {
  const { anyOf, hasLogin } = error.details
  // What an agent lacks: any one of these variables would do.
  if (typeof anyOf !== 'object') return error
  const what = anyOf.length === 1 ? anyOf.join('') : 'one of them'
  const login = hasLogin === true ? ', or use the login of this host: credentials is "host"' : ''
  const hint = `set ${what} under Variables, or in Settings → Keys${login}`
  return new AppError(error.code, error.message, { details: { ...error.details, hint }, cause: error })
}

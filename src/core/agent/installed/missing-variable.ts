import { AppError } from '../../../contract/errors.ts'

/**
 * A key, or the like, that an agent does not have: any one of `anyOf` would do, and with `hasLogin` the login of this host.
 * The hint speaks of flags; both stand in the details for a screen, which says it in its own words.
 */
export function missingVariable(
  message: string,
  { anyOf, hasLogin = false }: { readonly anyOf: readonly string[]; readonly hasLogin?: boolean },
): AppError {
  const what = anyOf.length === 1 ? anyOf.join('') : 'one of them'
  const login = hasLogin ? ', or use the login of this host with --ak credentials=host' : ''
  return new AppError('invalid-input', message, {
    details: { hint: `set ${what}, here or with --ae${login}`, anyOf, hasLogin },
  })
}

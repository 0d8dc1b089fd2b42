import { toAppError, type AppError } from '../../contract/errors.ts'
import { askSecrets } from './ask-secrets.tsx'

/** Asks for values that were kept nowhere, where the engine says that it needs them. Null: the user gave none. */
export async function withSecrets<Answer>(
  question: { readonly jobName: string; readonly action: 'Resume' | 'Run again' },
  act: (secrets: Record<string, string>) => Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await act({})
  } catch (thrown) {
    const error = toAppError(thrown)
    const places = missingPlaces(error)
    if (places.length === 0) throw error
    const secrets = await askSecrets({ ...question, places })
    return secrets === null ? null : act(secrets)
  }
}

function missingPlaces({ details }: AppError): readonly string[] {
  const { places } = details
  return Array.isArray(places) ? places.map(String) : []
}

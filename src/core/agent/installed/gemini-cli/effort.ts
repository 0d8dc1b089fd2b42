import { AppError } from '../../../../contract/errors.ts'
import type { EnvironmentAsk } from '../installed-agent.ts'
import { shortModel } from './model.ts'
import type { SPECS } from './settings.ts'

/** AppError `invalid-input` where the model has no such effort, as Harbor knows them. */
export function refuseEffort({ settings, model }: Pick<EnvironmentAsk<typeof SPECS>, 'settings' | 'model'>): void {
  const effort = settings.reasoning_effort
  if (effort === null) return
  const name = shortModel(model)
  const flashOnly = effort === 'minimal' || effort === 'medium'
  if (!name.includes('2.5') && (!flashOnly || name.includes('flash'))) return
  throw new AppError('invalid-input', `agent gemini-cli: ${name} has no reasoning_effort=${effort}`, {
    details: {
      hint: name.includes('2.5')
        ? 'use a Gemini 3 model, or leave it out'
        : 'use low or high, or a Gemini 3 Flash model',
    },
  })
}

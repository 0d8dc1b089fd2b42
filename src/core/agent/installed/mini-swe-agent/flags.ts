import { quote } from '../../shell.ts'
import type { RunAsk } from '../installed-agent.ts'
import { PRIVATE_FOLDER } from '../private-files.ts'
import type { SPECS } from './settings.ts'

/** Private files of the run. */
export const CONFIG_FILE = 'mini-swe-agent.yaml'
export const REGISTRY_FILE = 'mini-swe-agent-models.json'

/** Its patience with the provider: LiteLLM's own ten minutes are too few for a model that thinks. */
const REQUEST_TIMEOUT_SEC = 3600

/** What goes over its default configuration, in Harbor's order; naming any makes the default one be named too. */
export function configWords(ask: RunAsk<typeof SPECS>): readonly string[] {
  const { settings, maxTurns } = ask
  const specs = [
    'mini',
    `model.model_kwargs.timeout=${REQUEST_TIMEOUT_SEC}`,
    ...(settings.config === null ? [] : [`${PRIVATE_FOLDER}/${CONFIG_FILE}`]),
    ...(settings.litellm_model_registry === null
      ? []
      : [`model.litellm_model_registry=${PRIVATE_FOLDER}/${REGISTRY_FILE}`]),
    ...thinkingSpecs(ask),
    ...(maxTurns === null ? [] : [`agent.step_limit=${maxTurns}`]),
  ]
  return specs.map((spec) => `-c ${quote(spec)}`)
}

/** OpenAI takes tools together with an effort by its Responses API only. */
function thinkingSpecs({
  settings: { reasoning_effort: effort, max_tokens: tokens },
  model,
}: RunAsk<typeof SPECS>): readonly string[] {
  const byResponses = effort !== null && model?.provider === 'openai'
  return [
    ...(byResponses ? ['model.model_class=litellm_response', `model.model_kwargs.reasoning.effort=${effort}`] : []),
    ...(effort !== null && !byResponses ? [`model.model_kwargs.reasoning_effort=${effort}`] : []),
    ...(tokens === null ? [] : [`model.model_kwargs.${byResponses ? 'max_output_tokens' : 'max_tokens'}=${tokens}`]),
  ]
}

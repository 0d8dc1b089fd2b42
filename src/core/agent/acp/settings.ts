import { AppError } from '../../../contract/errors.ts'
import { SHARED_SETTINGS, type SettingSpecs, type SettingValues } from '../installed/settings.ts'
import { DISTRIBUTIONS, type DistributionKind } from './distribution.ts'

/** `--ak` of agents that speak ACP; those of the registry's agents under Harbor's names. */
export const ACP_SETTINGS = {
  command: { kind: 'text', summary: 'a command line for bash that speaks ACP on its standard streams' },
  registry_spec: { kind: 'text', summary: 'an agent of the ACP registry, id or id@version' },
  registry_entry: { kind: 'json', summary: 'the record of one agent, as a registry has it, a JSON object' },
  registry_entry_path: { kind: 'text', summary: 'a file with the record of one agent, as a registry has it' },
  registry: {
    kind: 'text',
    summary: 'a copy of the registry: a checkout or a JSON file; default: $TBCC_ACP_REGISTRY, its home',
  },
  distribution_preference: { kind: 'text', summary: `what to try, in order; default: ${DISTRIBUTIONS.join(',')}` },
  program: { kind: 'text', summary: "the program that the agent's package brings; default: named as the package" },
  permission_mode: {
    kind: 'choice',
    choices: ['allow', 'deny'],
    summary: 'the answer when it asks for leave; default: allow',
  },
  auth_policy: {
    kind: 'choice',
    choices: ['auto', 'explicit', 'disabled'],
    summary: 'auto: by the first method whose variables are all set; explicit: by authenticate_method_id',
  },
  authenticate_method_id: { kind: 'text', summary: 'the method to authenticate with' },
  install: SHARED_SETTINGS.install,
  prompt_template_path: SHARED_SETTINGS.prompt_template_path,
} as const satisfies SettingSpecs

export type AcpSettings = SettingValues<typeof ACP_SETTINGS>

export function parsePreference(given: string | null): readonly DistributionKind[] {
  if (given === null) return DISTRIBUTIONS
  return given.split(',').flatMap((item) => {
    const word = item.trim()
    if (word === '') return []
    const kind = DISTRIBUTIONS.find((known) => known === word)
    if (kind !== undefined) return [kind]
    throw new AppError('invalid-input', `agent acp: distribution_preference names "${word}"`, {
      details: { hint: `there are ${DISTRIBUTIONS.join(', ')}` },
    })
  })
}

import { AppError } from '../../../contract/errors.ts'
import type { Agent, AgentDefinition, AgentSettings } from '../agent.ts'
import type { HostCredential } from '../credentials.ts'
import { concludeInstalled } from './conclude.ts'
import { readDocuments } from './documents.ts'
import { installAgent } from './install.ts'
import type { InstalledAgent, ModelName } from './installed-agent.ts'
import { parseModelName } from './model-name.ts'
import { refuseSecrets } from './refuse-secrets.ts'
import { runInstalled, type Session } from './run-installed.ts'
import { describeSettings, parseSettings, SHARED_SETTINGS, type SettingSpecs } from './settings.ts'

/** The agent that a declaration describes, as jobs select it. */
export function defineInstalled<Specs extends SettingSpecs>(declared: InstalledAgent<Specs>): AgentDefinition {
  const { name, summary, capabilities, model } = declared
  return {
    name,
    summary,
    kwargs: describeSettings({ ...declared.settings, ...SHARED_SETTINGS }),
    capabilities,
    model,
    ...(declared.convert === undefined ? {} : { convert: declared.convert }),
    create: async (settings) => createInstalled(declared, settings),
  }
}

async function createInstalled<Specs extends SettingSpecs>(
  declared: InstalledAgent<Specs>,
  { model: named, kwargs, env, credentials, toolchains, host, mcpServers, skills, prices }: AgentSettings,
): Promise<Agent> {
  const { own, shared } = splitKwargs(declared.settings, kwargs)
  for (const [key, value] of Object.entries(own)) refuseSecrets(declared.name, key, value)
  const common = parseSettings(declared.name, SHARED_SETTINGS, shared, Object.keys(declared.settings))
  const settings = parseSettings(declared.name, declared.settings, await readDocuments(declared.settings, own, host))
  const model = toModel(declared, named)
  declared.checkServers?.(mcpServers)
  const credential = common.credentials === 'host' ? await readLogin(declared, credentials) : null
  const ask = { env, settings, model, credential }
  const session: Session<Specs> = {
    ...ask,
    declared,
    host,
    prices,
    mcpServers,
    skills,
    maxTurns: numberSetting(settings, 'max_turns'),
    extraArgs: common.extra_args,
    path: new Map(),
  }
  return {
    name: declared.name,
    version: null,
    env: declared.environment(ask),
    asksModel: true,
    async setup(context) {
      const wanted = { way: common.install ?? 'auto', version: common.version } as const
      const { setup, path } = await installAgent(declared.install, wanted, context, toolchains)
      session.path.set(context.container.id, path)
      return setup
    },
    run: async (context) => runInstalled(session, context),
    trajectoryFromLogs: true,
    conclude: async (context) => concludeInstalled(declared, { model: named, prices }, context),
  }
}

/** Which settings are the agent's own; what nobody knows is left to the shared ones, which refuse it. */
function splitKwargs(
  specs: SettingSpecs,
  kwargs: AgentSettings['kwargs'],
): { readonly own: AgentSettings['kwargs']; readonly shared: AgentSettings['kwargs'] } {
  const entries = Object.entries(kwargs)
  return {
    own: Object.fromEntries(entries.filter(([key]) => Object.hasOwn(specs, key))),
    shared: Object.fromEntries(entries.filter(([key]) => !Object.hasOwn(specs, key))),
  }
}

function toModel({ name, model }: Pick<InstalledAgent, 'name' | 'model'>, named: string | null): ModelName | null {
  if (named !== null) return parseModelName(named)
  if (model === 'optional') return null
  throw new AppError('invalid-input', `agent ${name} needs a model`, {
    details: { hint: `name one: -a ${name} -m provider/name` },
  })
}

async function readLogin(
  { name, credentialOwner }: Pick<InstalledAgent, 'name' | 'credentialOwner'>,
  credentials: AgentSettings['credentials'],
): Promise<HostCredential> {
  if (credentialOwner !== undefined) return credentials.read(credentialOwner)
  throw new AppError('invalid-input', `agent ${name} keeps no login on this host that could be used`, {
    details: { hint: 'give it its keys by variables, and leave --ak credentials=host out' },
  })
}

function numberSetting(settings: Readonly<Record<string, unknown>>, key: string): number | null {
  const value = settings[key]
  return typeof value === 'number' ? value : null
}

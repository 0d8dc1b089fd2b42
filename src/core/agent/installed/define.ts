import { AppError } from '../../../contract/errors.ts'
import type { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'
import { taskMcpServers } from '../../task/mcp.ts'
import type { Agent, AgentDefinition, AgentSettings } from '../agent.ts'
import type { HostCredential } from '../credentials.ts'
import { concludeInstalled } from './conclude.ts'
import { readDocuments } from './documents.ts'
import { installAgent } from './install.ts'
import type { Installation, InstalledAgent, ModelName } from './installed-agent.ts'
import { parseModelName } from './model-name.ts'
import { parsePromptTemplate } from './prompt-template.ts'
import { refuseSecrets } from './refuse-secrets.ts'
import { runInstalled, type Session } from './run-installed.ts'
import { describeSettings, parseSettings, SHARED_SETTINGS, withoutAliases, type SettingSpecs } from './settings.ts'

/** The agent that a declaration describes, as jobs select it. */
export function defineInstalled<Specs extends SettingSpecs>(declared: InstalledAgent<Specs>): AgentDefinition {
  const { name, summary, capabilities, model } = declared
  return {
    name,
    summary,
    kwargs: describeSettings({ ...declared.settings, ...SHARED_SETTINGS }),
    fileKwargs: Object.entries<SettingSpecs[string]>({ ...declared.settings, ...SHARED_SETTINGS }).flatMap(
      ([key, { kind, aliases = [] }]) => (kind === 'document' ? [key, ...aliases] : []),
    ),
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
  const { own, shared } = splitKwargs(declared.settings, withoutAliases(declared.name, declared.settings, kwargs))
  for (const [key, value] of Object.entries(own)) refuseSecrets(declared.name, key, value)
  const common = parseSettings(
    declared.name,
    SHARED_SETTINGS,
    await readDocuments(SHARED_SETTINGS, shared, host),
    declared.settings,
  )
  const prompt = parsePromptTemplate(declared.name, common.prompt_template_path)
  const settings = parseSettings(declared.name, declared.settings, await readDocuments(declared.settings, own, host))
  const model = toModel(declared, named)
  declared.checkServers?.(mcpServers)
  const installation = (servers: readonly AgentMcpServer[]): Installation => {
    const { version } = common
    return declared.installation?.({ mcpServers: servers, version }) ?? { version, beside: null }
  }
  installation(mcpServers)
  const credential = common.credentials === 'host' ? await readLogin(declared, credentials) : null
  const ask = { env, settings, model, credential }
  const session: Session<Specs> = {
    ...ask,
    declared,
    host,
    prices,
    mcpServers,
    skills,
    maxTurns: declared.maxTurns === undefined ? numberSetting(settings, 'max_turns') : declared.maxTurns(ask),
    extraArgs: common.extra_args,
    path: new Map(),
  }
  return {
    name: declared.name,
    version: null,
    env: declared.environment(ask),
    asksModel: true,
    async setup(context) {
      const servers = [...taskMcpServers(context.task), ...mcpServers]
      const wanted = { way: common.install ?? 'auto', ...installation(servers) } as const
      const { setup, path } = await installAgent(declared.install, wanted, context, toolchains)
      session.path.set(context.container.id, path)
      return setup
    },
    run: async (context) => runInstalled(session, { ...context, instruction: prompt(context.instruction) }),
    trajectoryFromLogs: true,
    conclude: async (context) =>
      concludeInstalled(declared, { model: named, prices }, { ...context, instruction: prompt(context.instruction) }),
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

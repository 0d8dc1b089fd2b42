import { AppError } from '../../../contract/errors.ts'
import { convertAcp } from '../../trajectory/convert/acp.ts'
import type { Agent, AgentDefinition, AgentSettings } from '../agent.ts'
import { concludeInstalled } from '../installed/conclude.ts'
import { readDocuments } from '../installed/documents.ts'
import { parsePromptTemplate } from '../installed/prompt-template.ts'
import { describeSettings, parseSettings } from '../installed/settings.ts'
import { resolveServers } from '../mcp/resolve.ts'
import { parsePreference, ACP_SETTINGS, type AcpSettings } from './settings.ts'
import { parseRegistryEntry, type RegistryEntry } from './registry-entry.ts'
import type { AcpSession } from './run-acp.ts'
import { setUpAcp, type SetUp } from './set-up.ts'

/** The name of agents of the registry begins with it: `acp:<id>` or `acp:<id>@<version>`. */
export const ACP_PREFIX = 'acp:'

/** Any agent that speaks the Agent Client Protocol: a command of the user's own, or `acp:<id>[@version]`. */
export function acpAgent(nameGiven: string): AgentDefinition {
  const named = nameGiven.startsWith(ACP_PREFIX) ? nameGiven.slice(ACP_PREFIX.length) : null
  return {
    name: nameGiven,
    summary: 'any agent that speaks the Agent Client Protocol; acp:<id>[@version] is one of its registry',
    kwargs: describeSettings(ACP_SETTINGS),
    fileKwargs: ['registry_entry_path', 'registry', 'prompt_template_path'],
    capabilities: ['mcp-servers'],
    model: 'optional',
    convert: convertAcp,
    create: async (settings) => createAcp(nameGiven, named, settings),
  }
}

async function createAcp(nameGiven: string, named: string | null, given: AgentSettings): Promise<Agent> {
  const kwargs = await readDocuments(ACP_SETTINGS, given.kwargs, given.host)
  const settings = parseSettings(nameGiven, ACP_SETTINGS, kwargs)
  const prompt = parsePromptTemplate(nameGiven, settings.prompt_template_path)
  const entry = await findEntry(named, settings, given)
  const session = {
    ...common(settings, given),
    entry: entry === null ? null : { id: entry.id, version: entry.version },
  }
  // By container: each trial sets its own up.
  const setUps = new Map<string, SetUp>()
  const name = entry?.id ?? nameGiven
  return {
    name,
    version: entry?.version ?? null,
    // What a command of the user's own talks to is not known.
    asksModel: entry !== null,
    async setup(context) {
      if (entry === null) return
      const way = settings.install ?? 'auto'
      const preference = parsePreference(settings.distribution_preference)
      const ask = { entry, way, preference, program: settings.program, toolchains: given.toolchains } as const
      const setUp = await setUpAcp(ask, context)
      setUps.set(context.container.id, setUp)
      return setUp.setup
    },
    async run(context) {
      const setUp = setUps.get(context.container.id)
      setUps.delete(context.container.id)
      const { command, env } = setUp ?? { command: settings.command ?? '', env: {} }
      // Loaded when it is needed: the SDK's schemas are large, and most commands run no agent.
      const { runAcp } = await import('./run-acp.ts')
      const mcpServers = resolveServers(given.mcpServers, given.env)
      const instruction = prompt(context.instruction)
      return runAcp({ ...session, mcpServers, command, env }, { ...context, instruction })
    },
    trajectoryFromLogs: true,
    conclude: async (context) => {
      const instruction = prompt(context.instruction)
      return concludeInstalled({ name, convert: convertAcp }, given, { ...context, instruction })
    },
  }
}

function common(
  settings: AcpSettings,
  { model }: AgentSettings,
): Omit<AcpSession, 'entry' | 'command' | 'env' | 'mcpServers'> {
  const policy = settings.auth_policy ?? 'auto'
  const named = settings.authenticate_method_id
  if (policy === 'explicit' && named === null) {
    throw new AppError('invalid-input', 'agent acp: auth_policy=explicit needs --ak authenticate_method_id=ID')
  }
  return { model, allows: settings.permission_mode !== 'deny', auth: { policy, named } }
}

/** The record of a registry's agent; null: a command of the user's own is meant. One of them must be, and only one. */
async function findEntry(
  named: string | null,
  settings: AcpSettings,
  { host, env, acpRegistry }: AgentSettings,
): Promise<RegistryEntry | null> {
  const { command, registry_spec, registry_entry: record, registry_entry_path: path, registry } = settings
  const spec = named ?? registry_spec?.replace(ACP_PREFIX, '') ?? null
  const ways = [command, spec, record, path].filter((way) => way !== null)
  if (ways.length !== 1 || (named !== null && registry_spec !== null)) {
    throw new AppError('invalid-input', 'agent acp needs one of a command and an agent of the registry', {
      details: { hint: `-a acp --ak 'command=my-agent --acp', or -a acp:<id>[@version]` },
    })
  }
  if (command !== null) refuseRegistrySettings(settings)
  if (record !== null) return parseRegistryEntry(record, 'registry_entry')
  if (path !== null) return parseRegistryEntry(parseJson(await host.readText(path), path), path)
  if (spec === null) return null
  const { id, version } = parseSpec(spec)
  const copy = registry ?? (env['TBCC_ACP_REGISTRY'] || null)
  return parseRegistryEntry(await acpRegistry.find(id, version, copy), `the registry's record of ${id}`)
}

/** A setting that would do nothing is a mistake. */
function refuseRegistrySettings(settings: AcpSettings): void {
  const unused = (['registry', 'distribution_preference', 'program', 'install'] as const).filter(
    (key) => settings[key] !== null,
  )
  if (unused.length === 0) return
  throw new AppError(
    'invalid-input',
    `agent acp: ${unused.join(', ')} is for agents of the registry, not for a command`,
  )
}

function parseSpec(spec: string): { readonly id: string; readonly version: string | null } {
  const match = /^([a-z0-9][\w.-]*)(?:@([\w.+-]+))?$/i.exec(spec.trim())
  if (match?.[1] !== undefined) return { id: match[1], version: match[2] ?? null }
  throw new AppError('invalid-input', `"${spec}" names no agent of the ACP registry`, {
    details: { hint: 'for example acp:claude-acp or acp:claude-acp@0.85.1' },
  })
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('invalid-input', `${path} holds no JSON`)
  }
}

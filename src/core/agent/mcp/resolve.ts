import type { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'
import type { HostEnv } from '../../job/secrets.ts'
import { fillTemplates, templatesIn } from '../../task/templates.ts'
import { isGuarded } from './secrets.ts'
import { mapServerTexts, textsOfServer } from './texts.ts'

/** Servers with the templates of all their texts filled in. AppError `invalid-input` names a variable that is missing. */
export function resolveServers(servers: readonly AgentMcpServer[], env: HostEnv): readonly AgentMcpServer[] {
  return servers.map((server) => mapServerTexts(server, ({ text }) => fillTemplates(text, readerOf(server), env)))
}

/** The variables that servers name, each with the server that reads it. */
export function serverVariables(
  servers: readonly AgentMcpServer[],
): readonly { readonly name: string; readonly hasDefault: boolean; readonly server: string }[] {
  return servers.flatMap((server) =>
    textsOfServer(server)
      .flatMap(({ text }) => templatesIn(text))
      .map(({ name, fallback }) => ({ name, hasDefault: fallback !== null, server: server.name })),
  )
}

/** How the configuration of a program names a variable of its environment. */
export interface VariableReference {
  of(variable: string): string
  /** What the variable must hold, so that the text comes out; absent: the text. */
  value?(text: string): string
}

/**
 * Servers for a configuration that names variables: texts with a secret or a template become references, their values
 * the variables beside them.
 */
export function bindServers(
  servers: readonly AgentMcpServer[],
  env: HostEnv,
  reference: VariableReference,
): { readonly servers: readonly AgentMcpServer[]; readonly env: Readonly<Record<string, string>> } {
  const variables: Record<string, string> = {}
  const bound = servers.map((server) =>
    mapServerTexts(server, (at) => {
      if (!isGuarded(at)) return at.text
      // Of no name that anything reads: a variable of the host's own could change what the agent does.
      const variable = `TBCC_MCP_${Object.keys(variables).length + 1}`
      const text = fillTemplates(at.text, readerOf(server), env)
      variables[variable] = reference.value?.(text) ?? text
      return reference.of(variable)
    }),
  )
  return { servers: bound, env: variables }
}

function readerOf({ name }: AgentMcpServer): string {
  return `the tool server "${name}"`
}

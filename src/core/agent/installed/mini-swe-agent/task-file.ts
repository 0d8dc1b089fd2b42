import type { AgentMcpServer } from '../../../../contract/harbor/mcp-server.ts'
import { quote } from '../../shell.ts'
import { instructionAsJson } from '../instruction-as-json.ts'

export const TASK_FILE = '~/.config/mini-swe-agent/tbcc-task.yaml'

/** Writes the instruction as a configuration of the CLI, which takes it from there as well as from its command line. */
export function writeTaskFile(servers: readonly AgentMcpServer[]): string {
  return [
    'set -e',
    instructionAsJson('task'),
    ...(servers.length === 0 ? [] : [`task+=${quote(JSON.stringify(`\n\n${describeServers(servers)}`).slice(1, -1))}`]),
    `mkdir -p ${TASK_FILE.slice(0, TASK_FILE.lastIndexOf('/'))}`,
    `printf '{"run": {"task": "%s"}}' "$task" > ${TASK_FILE}`,
  ].join('\n')
}

/** It speaks no MCP: the model is told what it may call by itself. */
function describeServers(servers: readonly AgentMcpServer[]): string {
  const lines = servers.map(({ name, transport, command, args, env, url, headers }) =>
    transport === 'stdio'
      ? `- ${name}: stdio transport, command: ${[command, ...args].join(' ')}${describeMap('variables', env, '=')}`
      : `- ${name}: ${transport} transport, url: ${url}${describeMap('headers', headers, ': ')}`,
  )
  return ['MCP servers that may be used for this task:', ...lines, ''].join('\n')
}

function describeMap(what: string, values: Readonly<Record<string, string>>, between: string): string {
  const entries = Object.entries(values).map(([name, value]) => `${name}${between}${value}`)
  return entries.length === 0 ? '' : `, ${what}: ${entries.join(', ')}`
}

import type { McpServerConfig } from '../../../../contract/harbor/mcp-server.ts'
import { quote } from '../../shell.ts'
import { instructionAsJson } from '../instruction-as-json.ts'

export const TASK_FILE = '~/.config/mini-swe-agent/tbcc-task.yaml'

/** Writes the instruction as a configuration of the CLI, which takes it from there as well as from its command line. */
export function writeTaskFile(servers: readonly McpServerConfig[]): string {
  return [
    'set -e',
    instructionAsJson('task'),
    ...(servers.length === 0 ? [] : [`task+=${quote(JSON.stringify(`\n\n${describeServers(servers)}`).slice(1, -1))}`]),
    `mkdir -p ${TASK_FILE.slice(0, TASK_FILE.lastIndexOf('/'))}`,
    `printf '{"run": {"task": "%s"}}' "$task" > ${TASK_FILE}`,
  ].join('\n')
}

/** It speaks no MCP: the model is told what it may call by itself. */
function describeServers(servers: readonly McpServerConfig[]): string {
  const lines = servers.map(({ name, transport, command, args, url }) =>
    transport === 'stdio'
      ? `- ${name}: stdio transport, command: ${[command, ...args].join(' ')}`
      : `- ${name}: ${transport} transport, url: ${url}`,
  )
  return ['MCP servers that may be used for this task:', ...lines, ''].join('\n')
}

import type { McpServerConfig } from '../../contract/harbor/mcp-server.ts'
import type { Task } from './task.ts'

/** The tool servers that a task brings along for its agent. */
export function taskMcpServers({ config }: Pick<Task, 'config'>): readonly McpServerConfig[] {
  return config.environment.mcp_servers
}

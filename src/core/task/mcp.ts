import type { AgentMcpServer } from '../../contract/harbor/mcp-server.ts'
import type { Task } from './task.ts'

/** The tool servers that a task brings along for its agent: as they stand, for Harbor fills in no template of theirs. */
export function taskMcpServers({ config }: Pick<Task, 'config'>): readonly AgentMcpServer[] {
  return config.environment.mcp_servers.map((server) => ({ ...server, env: {}, headers: {} }))
}

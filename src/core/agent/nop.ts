import { NOT_MEASURED, type AgentDefinition } from './agent.ts'
import { refuseKwargs } from './kwargs.ts'

/** Does nothing: shows what a task's tests give to an untouched environment. */
export const nopAgent: AgentDefinition = {
  name: 'nop',
  summary: 'does nothing; every task should give it reward 0',
  kwargs: {},
  capabilities: ['mcp-servers', 'skills', 'trajectory'],
  async create({ kwargs }) {
    refuseKwargs('nop', kwargs, [])
    return { name: 'nop', version: '1.0.0', setup: async () => {}, run: async () => ({ usage: NOT_MEASURED }) }
  },
}

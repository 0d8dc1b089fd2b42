import { client } from '@agentclientprotocol/sdk'
import type { McpServerConfig } from '../../../contract/harbor/mcp-server.ts'
import { taskMcpServers } from '../../task/mcp.ts'
import type { AgentContext, AgentReport } from '../agent.ts'
import type { Fields } from '../logs/fields.ts'
import type { AuthPolicy } from './auth-method.ts'
import { converse } from './conversation.ts'
import { createContainerFiles } from './files.ts'
import { answerRequests } from './handlers.ts'
import { openAccount } from './account.ts'
import { createPipe } from './pipe.ts'
import { startProcess } from './process.ts'
import { settleRun } from './settle.ts'
import type { AcpSummary } from './summary.ts'
import { createTerminals } from './terminals.ts'

/** One ACP agent of a job, ready to run in a container. */
export interface AcpSession {
  /** Of the registry; null: it is a command of the user's own. */
  readonly entry: { readonly id: string; readonly version: string } | null
  /** A command line for bash that speaks the protocol on its standard streams. */
  readonly command: string
  /** Beyond the job's, over which they go. */
  readonly env: Readonly<Record<string, string>>
  readonly model: string | null
  readonly allows: boolean
  readonly auth: { readonly policy: AuthPolicy; readonly named: string | null }
  readonly mcpServers: readonly McpServerConfig[]
}

/** Starts the agent in the container, holds one conversation with it over its standard streams, and ends it. */
export async function runAcp(session: AcpSession, context: AgentContext): Promise<AgentReport> {
  const terminals = createTerminals(context)
  const over = new AbortController()
  const account = openAccount(context, (id) => terminals.output(id)?.output ?? null)
  const pipe = createPipe(account)
  const process = startProcess({ ...session, context, pipe, account })
  const app = answerRequests(client({ name: 'tbcc' }), {
    files: createContainerFiles(context.container, { user: context.user, signal: over.signal }),
    terminals,
    record: account.record,
    allows: session.allows,
    onPermission: (toolCall, answer) => account.permission(toolCall, answer),
  })
  const summary = newSummary(session, context)
  const connection = app.connect(pipe.stream)
  account.record.add('on_connect', { connection: 'ClientConnection' })
  let answer: Fields | null = null
  let thrown: unknown = null
  try {
    const { model, auth } = session
    const { signal, instruction, container, task } = context
    const mcpServers = [...taskMcpServers(task), ...session.mcpServers]
    const areSet = variablesCheck(session, context)
    const ask = { agent: connection.agent, workdir: container.workdir, mcpServers, model, instruction, summary, signal }
    answer = await converse({ ...ask, auth: { ...auth, areSet } })
    account.answered(answer)
  } catch (error) {
    thrown = error
  }
  try {
    const end = await process.end()
    settleRun({ answer, thrown, end, summary, complaints: account.complaints(), context })
  } finally {
    connection.close()
    over.abort()
    await terminals.dispose()
    await account.close(summary)
  }
  return { usage: account.usage }
}

function newSummary(session: AcpSession, { container, instruction }: AgentContext): AcpSummary {
  return {
    registry_entry_id: session.entry?.id ?? null,
    registry_entry_version: session.entry?.version ?? null,
    workspace: container.workdir,
    auth_policy: session.auth.policy,
    requested_model: session.model,
    instruction,
    latest_usage_update: null,
    latest_session_info_update: null,
    permissions_requested: 0,
    events_file: 'acp-events.jsonl',
  }
}

/** Looks where the agent runs: the image may set variables too. */
function variablesCheck({ env }: AcpSession, context: AgentContext): (names: readonly string[]) => Promise<boolean> {
  return async (names) => {
    if (!names.every((name) => /^[A-Za-z_]\w*$/.test(name))) return false
    const { exitCode } = await context.container.exec({
      command: ['bash', '-c', 'for name; do [ -n "${!name}" ] || exit 1; done', 'acp', ...names],
      env: { ...context.env, ...env },
      signal: context.signal,
      ...(context.user === undefined ? {} : { user: context.user }),
    })
    return exitCode === 0
  }
}

import { client, type ClientConnection } from '@agentclientprotocol/sdk'
import type { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'
import { taskMcpServers } from '../../task/mcp.ts'
import type { AgentContext, AgentReport } from '../agent.ts'
import type { Fields } from '../logs/fields.ts'
import type { AuthPolicy } from './auth-method.ts'
import { converse } from './conversation.ts'
import { createContainerFiles } from './files.ts'
import { answerRequests } from './handlers.ts'
import { openAccount } from './account.ts'
import { createPipe } from './pipe.ts'
import { ACP_EVENTS_FILE } from './record.ts'
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
  /** Of the job, templates filled in: they go by the protocol, into no file. */
  readonly mcpServers: readonly AgentMcpServer[]
}

/** Starts the agent in the container, holds one conversation with it over its standard streams, and ends it. */
export async function runAcp(session: AcpSession, context: AgentContext): Promise<AgentReport> {
  const terminals = createTerminals(context)
  const account = openAccount(context, (id) => terminals.output(id)?.output ?? null)
  const pipe = createPipe(account)
  const running = startProcess({ ...session, context, pipe, account })
  const over = new AbortController()
  const parts = {
    files: createContainerFiles(context.container, { user: context.user, signal: over.signal }),
    terminals,
    record: account.record,
    allows: session.allows,
    onPermission: account.permission,
    did: (tool: string, args: Fields) => context.did(tool, args),
  }
  const connection = answerRequests(client({ name: 'tbcc' }), parts).connect(pipe.stream)
  account.record.add('on_connect', { connection: 'ClientConnection' })
  const summary = newSummary(session, context)
  try {
    const talk = await hold(connection.agent, session, context, summary)
    if (talk.answer !== null) account.answered(talk.answer)
    const end = await running.end()
    settleRun({ ...talk, end, summary, complaints: account.complaints(), context })
  } finally {
    connection.close()
    over.abort()
    await terminals.dispose()
    await account.close(summary)
  }
  return { usage: account.usage }
}

/** The conversation, and how it ended: what it failed of is judged once the agent's program has ended too. */
async function hold(
  agent: ClientConnection['agent'],
  { model, auth, mcpServers, env }: AcpSession,
  context: AgentContext,
  summary: AcpSummary,
): Promise<{ readonly answer: Fields | null; readonly thrown: unknown }> {
  const { signal, instruction, container, task } = context
  const servers = [...taskMcpServers(task), ...mcpServers]
  const areSet = variablesCheck(env, context)
  try {
    const answer = await converse({
      agent,
      auth: { ...auth, areSet },
      workdir: container.workdir,
      mcpServers: servers,
      model,
      instruction,
      summary,
      signal,
    })
    return { answer, thrown: null }
  } catch (thrown) {
    return { answer: null, thrown }
  }
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
    events_file: ACP_EVENTS_FILE,
  }
}

/** Looks where the agent runs: the image may set variables too. */
function variablesCheck(env: AcpSession['env'], context: AgentContext): (names: readonly string[]) => Promise<boolean> {
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

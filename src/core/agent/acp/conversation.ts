import { PROTOCOL_VERSION, RequestError, type ClientConnection } from '@agentclientprotocol/sdk'
import type { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'
import { TrialError } from '../../job/exception.ts'
import { asRecord, numberOf, textOf, type Fields } from '../logs/fields.ts'
import { authMethod, type AuthAsk } from './auth-method.ts'
import { toMcpServers } from './mcp-servers.ts'
import { modelChoice } from './model-choice.ts'
import type { AcpSummary } from './summary.ts'

export interface ConversationAsk {
  readonly agent: ClientConnection['agent']
  readonly auth: AuthAsk
  readonly workdir: string
  readonly mcpServers: readonly AgentMcpServer[]
  readonly model: string | null
  readonly instruction: string
  /** Written to as things become known. */
  readonly summary: AcpSummary
  readonly signal: AbortSignal
}

/**
 * One prompt of a new session, and its answer. Throws TrialError, the SDK's RequestError where the agent refuses
 * something, and what the connection was closed with.
 */
export async function converse(ask: ConversationAsk): Promise<Fields> {
  const { agent, summary, signal } = ask
  const initialized = await initialize(ask)
  summary.initialize = initialized
  summary.agent_info = initialized['agentInfo'] ?? null
  summary.auth_methods = initialized['authMethods'] ?? null
  const methodId = await authMethod(initialized, ask.auth)
  summary.selected_authenticate_method_id = methodId
  if (methodId !== null) summary.authenticate_response = await request(agent, 'authenticate', { methodId })
  const mcpServers = toMcpServers(ask.mcpServers)
  const session = await request(agent, 'session/new', { cwd: ask.workdir, mcpServers })
  summary.session = session
  const sessionId = textOf(session, 'sessionId')
  if (sessionId === null) throw new TrialError('NonZeroAgentExitCodeError', 'the agent named no session')
  if (ask.model !== null) await setModel(ask, session, sessionId, ask.model)
  const prompt = request(agent, 'session/prompt', { sessionId, prompt: [{ type: 'text', text: ask.instruction }] })
  const answer = await untilAnswered(prompt, signal, () => agent.notify('session/cancel', { sessionId }))
  summary.prompt_response = answer
  return answer
}

async function initialize({ agent }: ConversationAsk): Promise<Fields> {
  const initialized = await request(agent, 'initialize', {
    protocolVersion: PROTOCOL_VERSION,
    clientCapabilities: { auth: { terminal: false }, fs: { readTextFile: true, writeTextFile: true }, terminal: true },
    clientInfo: { name: 'tbcc', version: '1' },
  })
  const version = numberOf(initialized, 'protocolVersion')
  if (version === PROTOCOL_VERSION) return initialized
  const why = `the agent speaks version ${version ?? 'unknown'} of the protocol, not ${PROTOCOL_VERSION}`
  throw new TrialError('NonZeroAgentExitCodeError', why)
}

/** A model that was asked for and cannot be had fails the run: another one's result would be taken for its. */
async function setModel(
  { agent, summary }: ConversationAsk,
  session: Fields,
  sessionId: string,
  model: string,
): Promise<void> {
  const choice = modelChoice(session, model)
  if (choice === null) {
    summary.set_model_skipped = { reason: 'agent_did_not_advertise_model_selection' }
    throw refuseModel(summary, `the agent offers no choice of models, so ${model} cannot be set`)
  }
  summary.set_model_mechanism = choice.kind === 'session-models' ? 'legacy_session_models' : 'session_config_option'
  summary.set_model_candidates = choice.candidates
  const attempts: Fields[] = []
  summary.set_model_attempts = attempts
  for (const candidate of choice.candidates) {
    const response = await (
      choice.kind === 'session-models'
        ? request(agent, 'session/set_model', { sessionId, modelId: candidate })
        : request(agent, 'session/set_config_option', { sessionId, configId: choice.configId, value: candidate })
    ).catch(toRequestError)
    if (response instanceof RequestError) {
      const { code, message, data } = response
      attempts.push({ model_id: candidate, error: { code, message, data: data ?? null } })
      continue
    }
    attempts.push({ model_id: candidate, response })
    summary.resolved_session_model_id = candidate
    summary.set_model_response = response
    return
  }
  throw refuseModel(summary, `the agent has no model ${model}`)
}

function refuseModel(summary: AcpSummary, message: string): TrialError {
  summary.set_model_error = { message }
  return new TrialError('ModelNotFoundError', message)
}

/** What went wrong otherwise, such as the end of the connection, is no answer about a model. */
function toRequestError(thrown: unknown): RequestError {
  if (thrown instanceof RequestError) return thrown
  throw thrown
}

async function request(agent: ConversationAsk['agent'], method: string, params: object): Promise<Fields> {
  return asRecord(await agent.request(method, params)) ?? {}
}

/** Tells the agent of a cancellation, and still waits for the answer: its caller ends the agent if none comes. */
async function untilAnswered<T>(answer: Promise<T>, signal: AbortSignal, cancel: () => Promise<void>): Promise<T> {
  const onAbort = (): void => void cancel().catch(() => undefined)
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await answer
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

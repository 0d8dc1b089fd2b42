import { methods, RequestError, type ClientApp } from '@agentclientprotocol/sdk'
import { asRecord, type Fields } from '../logs/fields.ts'
import { linesOf, type ContainerFiles } from './files.ts'
import type { AcpRecord } from './record.ts'
import { toCommand, type Terminals } from './terminals.ts'

/** What an agent may ask of its client. */
export interface ClientParts {
  readonly files: ContainerFiles
  readonly terminals: Terminals
  readonly record: AcpRecord
  /** Whether leave is given when it is asked for. */
  readonly allows: boolean
  /** Told of each request for leave with the answer. */
  readonly onPermission: (toolCall: Fields, answer: 'allowed' | 'denied') => void
  /** Told of what it asks for, as the arguments of a tool: its updates need not say it. */
  readonly did: (tool: string, args: Fields) => void
}

/** Answers an agent's requests: files and terminals in the container, leave by the job's policy. */
export function answerRequests(app: ClientApp, parts: ClientParts): ClientApp {
  return answerTerminals(answerFiles(answerPermission(app, parts), parts), parts)
}

function answerPermission(app: ClientApp, { record, allows, onPermission }: ClientParts): ClientApp {
  return app.onRequest(methods.client.session.requestPermission, ({ params }) => {
    const { sessionId, toolCall, options } = params
    record.add('request_permission', { session_id: sessionId, tool_call: toolCall, options })
    const granting = options.find(({ kind }) => kind === 'allow_once' || kind === 'allow_always')
    const chosen = allows ? granting : undefined
    onPermission(asRecord(toolCall) ?? {}, chosen === undefined ? 'denied' : 'allowed')
    // Harbor's denial too: the agent may take it for the end of the prompt.
    if (chosen === undefined) return { outcome: { outcome: 'cancelled' } }
    return { outcome: { outcome: 'selected', optionId: chosen.optionId } }
  })
}

function answerFiles(app: ClientApp, { record, files, did }: ClientParts): ClientApp {
  return app
    .onRequest(methods.client.fs.readTextFile, async ({ params }) => {
      const { sessionId, path, line = null, limit = null } = params
      requireAbsolute(path)
      if (line !== null && line < 1) throw RequestError.invalidParams({ message: 'line must be >= 1', line })
      record.add('read_text_file', { session_id: sessionId, path, line, limit })
      did('read_text_file', { path })
      const content = await files.read(path)
      if (content === null) throw RequestError.resourceNotFound(path)
      return { content: linesOf(content, line, limit) }
    })
    .onRequest(methods.client.fs.writeTextFile, async ({ params }) => {
      const { sessionId, path, content } = params
      requireAbsolute(path)
      record.add('write_text_file', { session_id: sessionId, path, content_length: content.length })
      did('write_text_file', { path, content })
      await files.write(path, content)
      return {}
    })
}

function answerTerminals(app: ClientApp, { record, terminals, did }: ClientParts): ClientApp {
  const { terminal } = methods.client
  return app
    .onRequest(terminal.create, ({ params }) => {
      if (params.command.trim() === '') throw RequestError.invalidParams({ message: 'command cannot be empty' })
      if (typeof params.cwd === 'string') requireAbsolute(params.cwd)
      const terminalId = terminals.create(params)
      if (terminalId === null) throw RequestError.internalError({ message: 'there are too many terminals' })
      const { sessionId, command, args, cwd, outputByteLimit } = params
      // The values of its variables may be secrets.
      const env = (params.env ?? []).map(({ name }) => ({ name }))
      const facts = { command, args: args ?? [], cwd: cwd ?? null, env, output_byte_limit: outputByteLimit ?? null }
      record.add('create_terminal', { session_id: sessionId, terminal_id: terminalId, ...facts })
      did('terminal', { command: toCommand(params), cwd })
      return { terminalId }
    })
    .onRequest(terminal.output, ({ params: { terminalId } }) => known(terminalId, terminals.output(terminalId)))
    .onRequest(terminal.waitForExit, async ({ params: { terminalId, sessionId } }) => {
      const status = await known(terminalId, terminals.waitForExit(terminalId))
      const { exitCode, signal } = status
      const facts = { session_id: sessionId, terminal_id: terminalId, exit_code: exitCode, signal }
      // Its output, which no update repeats, is what the trajectory shows of it.
      record.add('wait_for_terminal_exit', { ...facts, output: terminals.output(terminalId)?.output ?? '' })
      return status
    })
    .onRequest(terminal.kill, async ({ params: { terminalId, sessionId } }) => {
      const exitStatus = await known(terminalId, terminals.kill(terminalId))
      record.add('kill_terminal', { session_id: sessionId, terminal_id: terminalId, exit_status: exitStatus })
      return {}
    })
    .onRequest(terminal.release, async ({ params: { terminalId, sessionId } }) => {
      const exitStatus = await known(terminalId, terminals.release(terminalId))
      record.add('release_terminal', { session_id: sessionId, terminal_id: terminalId, exit_status: exitStatus })
      return {}
    })
}

function known<T>(terminalId: string, found: T | null): T {
  if (found === null) throw RequestError.resourceNotFound(terminalId)
  return found
}

function requireAbsolute(path: string): void {
  if (!path.startsWith('/')) throw RequestError.invalidParams({ message: 'ACP paths must be absolute', path })
}

import { RequestError } from '@agentclientprotocol/sdk'
import { TrialError } from '../../job/exception.ts'
import type { AgentContext } from '../agent.ts'
import { classifyFailure } from '../failure/classify.ts'
import { textOf, type Fields } from '../logs/fields.ts'
import type { LogFailure } from '../logs/log-parser.ts'
import { missingProgram } from './missing-program.ts'
import type { ProcessEnd } from './process.ts'
import { LOG_FILE } from './record.ts'
import type { AcpSummary } from './summary.ts'

export interface RunEnd {
  readonly answer: Fields | null
  /** What the conversation ended with; null: with the answer. */
  readonly thrown: unknown
  readonly end: ProcessEnd
  /** Is told the error. */
  readonly summary: AcpSummary
  readonly complaints: readonly string[]
  readonly context: Pick<AgentContext, 'signal' | 'emit'>
}

/** The protocol's number for "log in first". */
const AUTH_REQUIRED = -32000

/**
 * Throws what a run failed of, under Harbor's names, or as AppError what its user has to mend; a run that was told to stop
 * just ends.
 */
export function settleRun(run: RunEnd): void {
  const { answer, thrown, summary, context } = run
  if (thrown !== null) summary.error = { type: nameOf(thrown), message: messageOf(thrown) }
  if (context.signal.aborted) return
  if (thrown !== null) throw toTrialError(run)
  if (answer !== null) judgeStop(textOf(answer, 'stopReason'), context)
}

/** How a prompt ended: a limit that is the model's own is its failure, one of the user's is not. */
function judgeStop(reason: string | null, { emit }: Pick<AgentContext, 'emit'>): void {
  switch (reason) {
    case 'refusal':
      throw new TrialError('AgentSafetyRefusalError', 'the agent refused the task (stop reason: refusal)')
    case 'max_tokens':
      throw new TrialError(
        'OutputTokenExceededError',
        'the model came to its limit of tokens (stop reason: max_tokens)',
      )
    case 'cancelled':
      throw new TrialError('NonZeroAgentExitCodeError', 'the agent says that it was cancelled, and nobody did')
    case 'max_turn_requests': {
      const message = 'the agent came to its limit of requests to the model'
      emit({ type: 'warning.raised', message, hint: null })
      return
    }
    default:
  }
}

function toTrialError({ thrown, end, summary, complaints }: RunEnd): Error {
  if (thrown instanceof TrialError) return thrown
  const lastWords = complaints.at(-1) ?? null
  const missing = missingProgram(end, summary, lastWords)
  if (missing !== null) return missing
  const failure = toFailure(thrown, end, lastWords)
  if (thrown instanceof RequestError && thrown.code === AUTH_REQUIRED) {
    const advice = 'give it its key with --ae NAME=VALUE, or name a method with --ak authenticate_method_id=ID'
    return new TrialError('AgentAuthenticationError', `${failure.message} (${advice})`)
  }
  // An error that it answered with is its own account, whatever its program then ended with.
  const exitCode = thrown instanceof RequestError ? 0 : end.exitCode
  const log = `agent/${LOG_FILE}`
  const classified = classifyFailure({ exitCode, summary: { failure, complaints }, log })
  if (classified === null) return new TrialError('NonZeroAgentExitCodeError', failure.message)
  return new TrialError(classified.type, [classified.message, ...classified.evidence].join('\n'))
}

function toFailure(thrown: unknown, { exitCode, byItself }: ProcessEnd, lastWords: string | null): LogFailure {
  if (thrown instanceof RequestError) {
    return {
      kind: `acp ${thrown.code}`,
      message: `the agent answered with an error: ${messageOf(thrown)}`,
      status: null,
    }
  }
  const how = exitCode === null ? 'ended' : `ended with exit code ${exitCode}`
  // That it ended is said before: why it did is in what it said last, e.g. that there is no such command.
  const message = byItself
    ? lastWords === null
      ? `the agent's program ${how} before it answered`
      : `${lastWords} (it ended before it answered)`
    : `the connection failed: ${messageOf(thrown)}`
  return { kind: 'acp', message, status: null }
}

const MAX_DATA = 1000

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  if (!(thrown instanceof RequestError) || thrown.data === undefined || thrown.data === null) return thrown.message
  const data = typeof thrown.data === 'string' ? thrown.data : JSON.stringify(thrown.data)
  return `${thrown.message}: ${data.slice(0, MAX_DATA)}`
}

function nameOf(thrown: unknown): string {
  if (thrown instanceof TrialError) return thrown.type
  return thrown instanceof Error ? thrown.name : 'Error'
}

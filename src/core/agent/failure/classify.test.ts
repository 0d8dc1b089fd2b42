import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leavesWorkToVerify } from '../../job/exception.ts'
import { deriveOutcome } from '../../job/outcome.ts'
import type { LogFailure } from '../logs/log-parser.ts'
import { classifyFailure } from './classify.ts'
import type { RunEnd } from './failure.ts'
import { SHARED_PATTERNS } from './patterns.ts'

const exited = (exitCode: number | null, complaints: readonly string[], more: Partial<RunEnd> = {}) =>
  classifyFailure({ exitCode, summary: { failure: null, complaints }, ...more })
const said = (message: string, facts: Partial<LogFailure> & { readonly exitCode?: number } = {}) =>
  classifyFailure({
    exitCode: facts.exitCode ?? 0,
    summary: { failure: { kind: facts.kind ?? 'turn.failed', message, status: facts.status ?? null }, complaints: [] },
  })

describe('a non-zero exit is called as Harbor calls it', () => {
  test.each<[string, string]>([
    ['Error: rate limit reached', 'ApiRateLimitError'],
    ['{"type":"rate_limit_error"}', 'ApiRateLimitError'],
    ['HTTP: Too Many Requests', 'ApiRateLimitError'],
    ['You have reached your specified API usage limits.', 'ApiUsageLimitError'],
    ["You've hit your usage limit. Upgrade to Pro", 'ApiUsageLimitError'],
    ['You have an unpaid invoice', 'ApiUsageLimitError'],
    ['quota exceeded.', 'ApiUsageLimitError'],
    ['You have no credits remaining', 'ApiUsageLimitError'],
    ['Free tier users do not have access', 'ApiUsageLimitError'],
    ['Upgrade to paid credits', 'ApiUsageLimitError'],
    ['API Error: 500 Internal server error', 'ApiInternalServerError'],
    ['API Error: Server error mid-response', 'ApiInternalServerError'],
    ['RetriableError: [internal] Error', 'ApiInternalServerError'],
    ['API Error: Overloaded', 'ApiOverloadedError'],
    ['litellm.ServiceUnavailableError: no', 'ApiOverloadedError'],
    ['Selected model is at capacity. Please try a different model.', 'ApiOverloadedError'],
    ['API Error: Connection closed mid-response', 'ApiConnectionClosedError'],
    ['API Error: Connection lost mid-response', 'ApiConnectionClosedError'],
    ['API Error: stream closed before completion', 'ApiConnectionClosedError'],
    ['API Error: Response stalled mid-stream', 'ApiResponseStalledError'],
    ['API Error: Stream idle timeout', 'ApiResponseStalledError'],
    ["API Error: Claude's response exceeded the 32000 output token maximum.", 'OutputTokenExceededError'],
    ['API Error: 400 prompt is too long: 210000 tokens > 200000 maximum', 'ContextWindowExceededError'],
    ['The input token count exceeds the maximum number of tokens allowed', 'ContextWindowExceededError'],
    ['Not logged in · Please run /login', 'AgentAuthenticationError'],
    ['Invalid API key · Fix external API key', 'AgentAuthenticationError'],
    ['unexpected status 401 Unauthorized: no', 'AgentAuthenticationError'],
    ["fatal: could not read Username for 'https://github.com': no", 'AgentAuthenticationError'],
    ['Cannot use this model: x', 'ModelNotFoundError'],
    ["Provider Error We're having trouble finding the resource you requested", 'ApiProviderResourceNotFoundError'],
    ['API Error: This is against our Usage Policy: https://www.anthropic.com/legal/aup', 'AgentSafetyRefusalError'],
    ["API Error: Opus can't help with this. Start a new session to continue.", 'AgentSafetyRefusalError'],
    ['{"finish": {"reason" : "content-filter"}}', 'AgentSafetyRefusalError'],
    ['API Error: something else', 'UnknownApiError'],
    ['OpenSSL SSL_connect: Connection reset by peer', 'NetworkConnectionError'],
    ['curl: (6) Could not resolve host: example.test', 'NetworkConnectionError'],
    ['Segmentation fault', 'NonZeroAgentExitCodeError'],
    ['Quota exceeded', 'NonZeroAgentExitCodeError'],
    ['Invalid API keys', 'NonZeroAgentExitCodeError'],
  ])('%s', (line, type) => {
    expect(exited(1, ['Starting', line])?.type).toBe(type)
    expect(exited(null, [line.toUpperCase()])?.type).toBe(exited(1, [line.toUpperCase()])?.type)
  })

  test('the match that ends furthest right wins', () => {
    expect(exited(1, ['rate limit', 'Connection refused'])?.type).toBe('NetworkConnectionError')
    expect(exited(1, ['Connection refused', 'rate limit', 'bye'])?.type).toBe('ApiRateLimitError')
    expect(exited(1, ['API Error: Overloaded'])?.type).toBe('ApiOverloadedError')
    expect(exited(1, ['API Error: Overloaded', 'API Error: hm'])?.type).toBe('UnknownApiError')
  })

  test('of two that end at one place the earlier of the list wins, and a longer one does not', () => {
    const patterns = [{ pattern: 'the rate limit', type: 'ApiOverloadedError' }]
    expect(exited(1, ['the rate limit'], { patterns })?.type).toBe('ApiRateLimitError')
    expect(
      exited(1, ['the rate limit!'], { patterns: [{ pattern: 'limit!', type: 'ApiOverloadedError' }] })?.type,
    ).toBe('ApiOverloadedError')
  })

  test('a match goes over no line break but where the pattern says so', () => {
    expect(exited(1, ['rate', 'limit'])?.type).toBe('NonZeroAgentExitCodeError')
    expect(exited(1, ['{"reason":', '"content-filter"}'])?.type).toBe('AgentSafetyRefusalError')
  })

  test('a refusal that Claude went on after is none, unless it refused at last', () => {
    const policy = 'this may violate our Usage Policy'
    expect(exited(1, ['model_refusal_fallback', policy])?.type).toBe('NonZeroAgentExitCodeError')
    expect(exited(1, ['model_refusal_fallback', policy, 'rate limit'])?.type).toBe('ApiRateLimitError')
    expect(exited(1, ['model_refusal_fallback', 'model_refusal_no_fallback', policy])?.type).toBe(
      'AgentSafetyRefusalError',
    )
  })

  test("an agent's own patterns are looked for beside the shared ones", () => {
    const patterns = [{ pattern: 'no seat left', type: 'ApiUsageLimitError' }]
    expect(exited(1, ['rate limit', 'No seat left'], { patterns })?.type).toBe('ApiUsageLimitError')
    expect(exited(0, ['rate limit', 'No seat left'], { patterns })).toBeNull()
  })
})

describe('where Harbor knows only "an error", the status and the words of the CLI decide', () => {
  test.each<[string, string]>([
    ['API Error: 401 {"type":"error"}', 'AgentAuthenticationError'],
    ['API Error: 529 {"type":"overloaded_error"}', 'ApiOverloadedError'],
    ['API Error: 504 no answer', 'ApiInternalServerError'],
    ["openai.NotFoundError: Error code: 404 - {'message': 'The model x does not exist'}", 'ModelNotFoundError'],
    ['exceeded retry limit, last status: 503 Service Unavailable', 'ApiOverloadedError'],
    ['npm warn 404 files left', 'NonZeroAgentExitCodeError'],
    ['port 5003 is taken', 'NonZeroAgentExitCodeError'],
  ])('%s', (line, type) => {
    expect(exited(1, [line])?.type).toBe(type)
  })

  test('a cut stream is not charged to the agent', () => {
    const failure = said('stream disconnected before completion: error sending request', { exitCode: 1 })
    expect(failure?.type).toBe('ApiConnectionClosedError')
  })
})

describe('exit 0 of a run that failed', () => {
  test.each<[string, Partial<LogFailure>, string]>([
    ['no', { status: 401 }, 'AgentAuthenticationError'],
    ['no', { status: 403 }, 'AgentAuthenticationError'],
    ['no', { status: 402 }, 'ApiUsageLimitError'],
    ['model: claude-nope', { status: 404 }, 'ModelNotFoundError'],
    ['no such page', { status: 404 }, 'ApiProviderResourceNotFoundError'],
    ['slow down', { status: 429 }, 'ApiRateLimitError'],
    ['You exceeded your current quota, check your plan and billing details', { status: 429 }, 'ApiUsageLimitError'],
    ['Quota for requests per minute used', { status: 429 }, 'ApiRateLimitError'],
    ['no', { status: 500 }, 'ApiInternalServerError'],
    ['no', { status: 502 }, 'ApiInternalServerError'],
    ['no', { status: 503 }, 'ApiOverloadedError'],
    ['no', { status: 529 }, 'ApiOverloadedError'],
    ['{"type":"overloaded_error"}', { status: 500 }, 'ApiOverloadedError'],
    ['no', { status: 408 }, 'NetworkConnectionError'],
    ['no', { status: 413 }, 'ContextWindowExceededError'],
    ['Your credit balance is too low', { status: 400 }, 'ApiUsageLimitError'],
    ['This model’s maximum context length is 8192 tokens', { status: 400 }, 'ContextWindowExceededError'],
    ['no', { status: 400 }, 'NonZeroAgentExitCodeError'],
    ['unexpected status 404 Not Found: the model `gpt-nope` does not exist', {}, 'ModelNotFoundError'],
    ['no', { kind: 'authentication_failed' }, 'AgentAuthenticationError'],
    ['connect ECONNREFUSED 127.0.0.1:1', {}, 'NetworkConnectionError'],
    ['stream error: idle timeout waiting for SSE', {}, 'ApiResponseStalledError'],
    ['socket hang up', {}, 'ApiConnectionClosedError'],
    ['API Error: what is this', {}, 'UnknownApiError'],
    ['the plan did not work', { kind: 'error_during_execution' }, 'NonZeroAgentExitCodeError'],
  ])('%s %j', (message, facts, type) => {
    expect(said(message, facts)?.type).toBe(type)
  })

  test('what it names as the cause counts before what it complained of on the way', () => {
    const failure = { kind: 'turn.failed', message: 'unexpected status 401 Unauthorized', status: null }
    const summary = { failure, complaints: ['unexpected status 401 Unauthorized', 'warning: rate limit is near'] }
    expect(classifyFailure({ exitCode: 0, summary })?.type).toBe('AgentAuthenticationError')
  })

  test('a limit that was reached is no failure, however it ended', () => {
    expect(said('Reached maximum number of turns (3)', { kind: 'error_max_turns' })).toBeNull()
    expect(said('Reached maximum budget', { kind: 'error_max_budget_usd', exitCode: 1 })).toBeNull()
  })

  test('no failure, no exception', () => {
    expect(exited(0, ['warning: rate limit is near'])).toBeNull()
  })
})

describe('who is to blame when the verifier gives reward 0', () => {
  const BLAME: Readonly<Record<string, string>> = {
    ApiRateLimitError: 'infrastructure',
    ApiInternalServerError: 'infrastructure',
    ApiOverloadedError: 'infrastructure',
    ApiConnectionClosedError: 'infrastructure',
    ApiResponseStalledError: 'infrastructure',
    ApiProviderResourceNotFoundError: 'infrastructure',
    UnknownApiError: 'infrastructure',
    NetworkConnectionError: 'infrastructure',
    ApiUsageLimitError: 'user',
    AgentAuthenticationError: 'user',
    ModelNotFoundError: 'user',
    OutputTokenExceededError: 'agent',
    ContextWindowExceededError: 'agent',
    AgentSafetyRefusalError: 'agent',
    NonZeroAgentExitCodeError: 'agent',
  }
  const end = {
    exceptionPhase: 'agent-execution',
    tampered: false,
    stuckIn: null,
    cutShortBy: null,
    verifierToolsUnreachable: false,
  } as const

  test.each(Object.entries(BLAME))('%s: %s', (exceptionType, blame) => {
    expect(leavesWorkToVerify(exceptionType)).toBe(true)
    const judgement = deriveOutcome({ ...end, exceptionType, rewards: { reward: 0 } })
    expect(judgement).toEqual({ outcome: blame === 'agent' ? 'failure' : 'error', blame })
    expect(deriveOutcome({ ...end, exceptionType, rewards: { reward: 1 } }).outcome).toBe('success')
  })

  test('every type that can come out is in the table', () => {
    const types = new Set(SHARED_PATTERNS.map(({ type }) => type))
    for (let status = 400; status < 600; status += 1) types.add(said('x', { status })?.type ?? '')
    expect([...types].filter((type) => !Object.hasOwn(BLAME, type))).toEqual([])
    expect(types.size).toBe(Object.keys(BLAME).length)
  })
})

describe('what people read', () => {
  test('one line says what happened, the words and where the log is', () => {
    const failure = exited(1, ['hello', '\x1b[31mError:\x1b[0m rate limit\treached'], { log: 'agent/codex.txt' })
    expect(failure?.message).toBe(
      "The model's provider limits the rate of requests: the agent's program ended with exit code 1. " +
        'It says: Error: rate limit reached (all of it: agent/codex.txt)',
    )
  })

  test('the CLI that fails with exit 0 is quoted', () => {
    expect(said('stream closed before completion')?.message).toBe(
      "The provider closed the connection before its answer was complete: the agent's program ended with exit code 0, " +
        'but reports "turn.failed". It says: stream closed before completion',
    )
  })

  test('the evidence is the lines that show it, the last five, cut around the words', () => {
    const noise = Array.from({ length: 50 }, (_, index) => `line ${index}`)
    expect(exited(1, [...noise, 'rate limit', ...noise])?.evidence).toEqual(['rate limit'])
    expect(exited(1, noise)?.evidence).toEqual(['line 45', 'line 46', 'line 47', 'line 48', 'line 49'])
    const [line] = exited(1, [`${'x'.repeat(3000)} rate limit ${'y'.repeat(3000)}`])?.evidence ?? []
    expect(line).toMatch(/^x+ rate limit y+…$/)
    expect(line).toHaveLength(300)
  })

  test('nothing that is said can break it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('rate limit', 'API Error: 503', '\x1b[2J', '\n'),
    )
    fc.assert(
      fc.property(fc.array(text), fc.option(fc.integer()), text, (complaints, status, message) => {
        const summary = { failure: { kind: message, message, status }, complaints }
        const failure = classifyFailure({ exitCode: 3, summary })
        expect(leavesWorkToVerify(failure?.type ?? '')).toBe(true)
        expect(failure?.evidence.length).toBeLessThanOrEqual(5)
        expect([failure?.message, ...(failure?.evidence ?? [])].join('')).not.toMatch(/\p{Cc}/u)
      }),
    )
  })
})

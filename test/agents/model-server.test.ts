import { describe, expect, test } from 'vitest'
import { always, script, useModelServers, type ModelReply } from '../support/model-server/index.ts'
import { listen, post, TEST_KEY, TEST_MODEL, WIRE_CLIENTS } from '../support/wire-clients/index.ts'

const serve = useModelServers()

const CALLS: ModelReply = {
  reasoning: 'Ich überlege …',
  text: 'Ein Blick 🎉, dann die Tat.',
  calls: [{ shell: 'echo "ä" > out' }],
  usage: { input: 1000, cached: 600, output: 20 },
}
const STOPS = {
  messages: ['tool_use', 'end_turn'],
  responses: ['completed', 'completed'],
  chat: ['tool_calls', 'stop'],
  gemini: ['STOP', 'STOP'],
} as const

describe.each(WIRE_CLIENTS.map((client) => [client.format, client] as const))('%s', (format, client) => {
  test.each([true, false])('a call, its result, an answer; as a stream: %s', async (stream) => {
    const server = await serve([CALLS, { text: 'Done.' }])
    const first = await listen(client, server.url, { stream })
    expect(first).toEqual({
      text: CALLS.text,
      reasoning: CALLS.reasoning,
      calls: [
        {
          id: expect.stringMatching(/^(toolu|call)_/) as unknown,
          name: expect.any(String) as unknown,
          arguments: { command: 'echo "ä" > out' },
        },
      ],
      usage: CALLS.usage,
      stop: STOPS[format][0],
    })
    const second = await listen(client, server.url, { stream, after: first.calls[0]! })
    expect(second).toMatchObject({
      text: 'Done.',
      calls: [],
      usage: { input: 100, cached: 0, output: 10 },
      stop: STOPS[format][1],
    })
    expect(server.violations).toEqual([])
    expect(server.requests[1]).toMatchObject({ format, model: TEST_MODEL, key: TEST_KEY, stream, system: 'Be brief.' })
    expect(server.requests[1]?.conversation.slice(-2)).toMatchObject([
      { calls: [first.calls[0]] },
      { results: [{ text: expect.stringContaining('done') as unknown }] },
    ])
  })

  test('errors are those of the vendor', async () => {
    const server = await serve([
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 401 },
      { status: 500, body: { own: true } },
    ])
    const limited = await post(client, server.url)
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
    expect(JSON.stringify(await limited.json())).toMatch(/rate_limit|RESOURCE_EXHAUSTED/)
    const refused = await post(client, server.url)
    expect([refused.status, JSON.stringify(await refused.json())]).toEqual([
      401,
      expect.stringMatching(/API key|x-api-key/),
    ])
    const broken = await post(client, server.url)
    expect([broken.status, await broken.json()]).toEqual([500, { own: true }])
  })

  test('background requests take no turn, and get JSON where they want it', async () => {
    const server = await serve([{ text: 'The work.' }])
    expect((await listen(client, server.url, { fields: { tools: [] } })).text).toBe('Test')
    const schema = {
      type: 'object',
      properties: { who: { type: 'string', enum: ['user', 'model'] }, why: { type: 'string' } },
      required: ['who', 'why'],
    }
    const heard = await listen(client, server.url, { fields: { tools: [], ...SCHEMA_FIELDS[format](schema) } })
    expect(JSON.parse(heard.text)).toEqual({ who: 'user', why: 'test' })
    expect((await listen(client, server.url)).text).toBe('The work.')
    expect(server.requests.map(({ background }) => background)).toEqual([true, true, false])
    expect(server.violations).toEqual([])
  })

  test('who works without tools can be told', async () => {
    const server = await serve({ scenario: script([{ text: 'The work.' }]), isBackground: () => false })
    expect((await listen(client, server.url, { fields: { tools: [] } })).text).toBe('The work.')
  })

  test('a call without a result, a result without a call, a second result are found', async () => {
    const server = await serve({ scenario: always({ text: 'x' }) })
    const call = { id: 'call_9', name: 'bash', arguments: {} }
    const [user, called, result] = [client.messages().at(-1), ...client.messages(call).slice(-2)]
    const found = async (...messages: readonly unknown[]): Promise<string> => {
      const before = server.violations.length
      await listen(client, server.url, { fields: { [client.conversation]: messages } })
      return server.violations.slice(before).join('\n')
    }
    expect(await found(user, called, result, user)).toBe('')
    expect(await found(user, called)).toMatch(/call call_9 has no result/)
    expect(await found(user, result)).toMatch(/result call_9 has no call/)
    expect(await found(user, called, result, result)).toMatch(/call_9 has a second result/)
    expect(await found(user, called, result, called, result)).toMatch(/call call_9 is there twice/)
    // Where the result must follow at once, it must.
    expect(await found(user, called, user, result)).toMatch(format === 'responses' ? /^$/ : /call call_9 has no result/)
  })

  test('a wrong model, a missing key and a key in another place are found', async () => {
    const server = await serve({ scenario: always({ text: 'x' }), models: ['another'] })
    await listen(client, server.url, { headers: { 'x-note': `it is ${TEST_KEY}` }, fields: { note: TEST_KEY } })
    expect(server.violations).toEqual([expect.stringContaining(`the model ${TEST_MODEL} was not offered`)])
    const place = `POST ${client.path(true)}`
    expect(server.leaksOf(TEST_KEY)).toEqual([`${place}: body`, `${place}: header x-note`])
    const nameless = { ...client, headers: () => ({}) }
    await listen(nameless, server.url)
    expect(server.requests.at(-1)?.key).toBeNull()
    expect(server.violations[1]).toMatch(/request 2 .*no key/)
  })

  test('more requests than the script has replies, and no shell to call, are found', async () => {
    const server = await serve([{ calls: [{ shell: 'true' }] }])
    const toolless = { ...client, body: () => ({ ...client.body(true), tools: renamed(client.body(true)['tools']) }) }
    expect((await post(toolless, server.url)).status).toBe(400)
    expect((await post(client, server.url)).status).toBe(400)
    expect(server.violations).toEqual([
      expect.stringContaining('no shell among the tools look'),
      expect.stringContaining('request 2, but the script ends after 1'),
    ])
  })
})

test.each([
  ['words', { type: 'array', items: { type: 'string' } }, ['bash', '-lc', 'true']],
  ['a line', { type: 'string' }, 'true'],
])('a shell that takes %s gets them, and what it requires beside', async (_name, type, expected) => {
  const server = await serve([{ calls: [{ shell: 'true' }] }])
  const parameters = {
    type: 'OBJECT',
    properties: { cmd: type, description: { type: 'STRING' }, background: { type: 'BOOLEAN' } },
    required: ['cmd', 'description', 'background'],
  }
  const chat = WIRE_CLIENTS.find(({ format }) => format === 'chat')!
  const tools = ['read_file', 'developer__shell'].map((name) => ({ type: 'function', function: { name, parameters } }))
  const { calls } = await listen(chat, server.url, { fields: { tools } })
  expect(calls).toMatchObject([
    { name: 'developer__shell', arguments: { cmd: expected, description: 'test', background: false } },
  ])
})

test('what stands beside the models', async () => {
  const server = await serve({ scenario: script([]), models: ['one', 'two'] })
  expect((await fetch(server.url, { method: 'HEAD' })).status).toBe(200)
  expect(await (await fetch(`${server.url}/v1/models`)).json()).toMatchObject({ data: [{ id: 'one' }, { id: 'two' }] })
  expect(await (await fetch(`${server.url}/v1beta/models`)).json()).toMatchObject({
    models: [{ name: 'models/one' }, {}],
  })
  const count = async (path: string) =>
    (await fetch(`${server.url}${path}`, { method: 'POST', body: '{"a":"bcdefgh"}' })).json()
  expect(await count('/v1/messages/count_tokens')).toEqual({ input_tokens: 4 })
  expect(await count('/v1beta/models/one:countTokens')).toEqual({ totalTokens: 4 })
  expect((await fetch(`${server.url}/api/event_logging`)).status).toBe(404)
  expect(server.others.map(({ method, path }) => `${method} ${path}`)).toContain('GET /api/event_logging')
  expect(server.requests).toEqual([])
})

/** The same tools under a name that no shell has. */
function renamed(tools: unknown): unknown {
  return JSON.parse(JSON.stringify(tools).replaceAll(/"name":"\w+"/g, '"name":"look"'))
}

const SCHEMA_FIELDS = {
  messages: (schema: object) => ({ output_config: { format: { type: 'json_schema', schema } } }),
  responses: (schema: object) => ({ text: { format: { type: 'json_schema', name: 'x', schema } } }),
  chat: (schema: object) => ({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } }),
  gemini: (schema: object) => ({
    generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schema },
  }),
}

import { Readable, Writable } from 'node:stream'
import { agent, methods, ndJsonStream, RequestError, type ContentBlock } from '@agentclientprotocol/sdk/unstable'
import { scenes, type Scene } from './scenes.ts'

/*
 * A small agent that speaks ACP, made with the protocol's own SDK. Its argument names the scene that it plays; it runs in
 * a container, bundled into one file.
 */

const name = process.argv[2] ?? ''
const scene: Scene | undefined = scenes[name]
if (scene === undefined) throw new Error(`there is no scene "${name}"`)
await scene.atStart?.()

const cancelled = new AbortController()
let model = 'small'
let method = 'none'

agent({ name: 'test-agent' })
  .onRequest(methods.agent.initialize, ({ params }) => ({
    protocolVersion: 1,
    agentInfo: { name: 'test-agent', version: '1.2.3' },
    agentCapabilities: { promptCapabilities: {}, _meta: { seen: params.clientCapabilities } },
    authMethods: [
      { id: 'key-a', name: 'Key A', type: 'env_var', vars: [{ name: 'KEY_A' }] },
      { id: 'key-b', name: 'Key B', type: 'env_var', vars: [{ name: 'KEY_B' }, { name: 'KEY_C', optional: true }] },
    ],
  }))
  .onRequest(methods.agent.authenticate, ({ params }) => {
    method = params.methodId
    return {}
  })
  .onRequest(methods.agent.session.new, ({ params }) => {
    if (scene.needsLogin === true) throw RequestError.authRequired()
    process.stderr.write(`mcp servers: ${JSON.stringify(params.mcpServers)}\n`)
    return {
      sessionId: 'session-1',
      ...(scene.offersModels === true
        ? {
            configOptions: [
              {
                id: 'model',
                name: 'Model',
                category: 'model' as const,
                type: 'select' as const,
                currentValue: model,
                options: [
                  { value: 'small', name: 'Small' },
                  { value: 'large', name: 'Large' },
                ],
              },
            ],
          }
        : {}),
    }
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
    model = String(params.value)
    return { configOptions: [] }
  })
  .onNotification(methods.agent.session.cancel, () => cancelled.abort())
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const { sessionId, prompt } = params
    return scene.play({
      client,
      sessionId,
      instruction: prompt.map((block: ContentBlock) => (block.type === 'text' ? block.text : '')).join(''),
      model,
      method,
      cancelled: cancelled.signal,
      update: async (update) => client.notify(methods.client.session.update, { sessionId, update }),
    })
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)))

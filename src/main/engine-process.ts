import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { procedures, PROTOCOL_VERSION, topics } from '../contract/api/api.ts'
import { openSettingsHome } from '../engine/settings-home.ts'
import { createService, type SecretCipher, type Service } from '../engine/service.ts'
import { createPortLink, type PortLike } from '../rpc/port-link.ts'
import { serve } from '../rpc/serve.ts'
import { createParentChannel } from './engine/parent-channel.ts'
import type { AppQuestion, EngineQuestion, EngineStart } from './engine/messages.ts'
import { createQuestions, reply } from './engine/questions.ts'
import { findRevealable } from './engine/revealable.ts'

/*
 * The engine in a process of its own, as the app starts it. It ends when it is told to, or when the app is gone; a
 * thrown error that nobody expected ends it too, and the app starts it again.
 */

const parent = createParentChannel()
const questions = createQuestions<AppQuestion>(parent.send)
let running: { readonly service: Service; readonly version: string; readonly jobsDir: string } | null = null
let stopping: Promise<void> | null = null

parent.onMessage((message, port) => {
  switch (message.type) {
    case 'start':
      return void start(message.config).catch(crash)
    case 'connect':
      return port === null ? undefined : connect(port)
    case 'ask':
      return reply(message.id, async () => answer(message.question), parent.send)
    case 'answer':
      return questions.onAnswer(message)
    case 'stop':
      return stop(message.force)
    case 'port-message':
    case 'port-closed':
      // They belong to the ports that the channel relays.
      return
  }
})
// Nobody is left to tell: what runs is ended, so that no container stays.
parent.onGone(() => stop(true))
// Ctrl-C in a terminal goes to every process of the app; the app says what it means.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => stop(false))
parent.send({ type: 'listening' })

async function start({ settingsDir, defaultJobsDir, cwd, version, cipherLabel }: EngineStart): Promise<void> {
  const { env } = process
  const jobsDir = (await findSetJobsDir({ settingsDir, cwd, env })) ?? defaultJobsDir
  const cipher = cipherLabel === null ? {} : { safeStorage: createCipher(cipherLabel) }
  running = { service: createService({ jobsDir, settingsDir, cwd, env, version, ...cipher }), version, jobsDir }
  parent.send({ type: 'ready' })
}

async function findSetJobsDir(places: {
  settingsDir: string
  cwd: string
  env: NodeJS.ProcessEnv
}): Promise<string | null> {
  const home = await openSettingsHome(places)
  home.dispose()
  return home.jobsDir
}

function connect(port: PortLike): void {
  if (running === null) return port.close()
  const { service, version } = running
  const { handlers, sources } = service
  serve({ procedures, topics, handlers, sources }, createPortLink(port), {
    version,
    protocol: PROTOCOL_VERSION,
    onFault: (thrown) => process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`),
  }).catch(crash)
}

async function answer(question: EngineQuestion): Promise<unknown> {
  if (running === null) throw new Error('the engine has not started')
  switch (question.about) {
    case 'running-jobs':
      return running.service.runningJobs()
    case 'revealable':
      return findRevealable(question.path, [running.jobsDir, ...(await datasetsOf(running.service))])
  }
}

async function datasetsOf({ handlers }: Service): Promise<readonly string[]> {
  const places = await handlers['datasets.list']({}, { signal: new AbortController().signal })
  return Promise.all(places.map(async ({ path }) => ((await isFile(path)) ? dirname(path) : path)))
}

/** The tasks that a file lists are beside it. A place that cannot be looked at now, on a disk that is gone, is none. */
async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true
}

/** The second time with `force`, while the first is still under way, it hurries the first. */
function stop(force: boolean): void {
  const service = running?.service
  if (stopping !== null) {
    if (force) service?.stopAll({ force }).catch(crash)
    return
  }
  stopping = end(service, force)
  stopping.catch(crash)
}

async function end(service: Service | undefined, force: boolean): Promise<void> {
  await service?.stopAll({ force })
  await service?.dispose()
  process.exit(0)
}

/** What nobody expected ends the process; the app starts another one. */
function crash(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
}

function createCipher(label: string): SecretCipher {
  return {
    label,
    async encrypt(plain) {
      const data = await questions.ask({ about: 'encrypt', plain })
      if (!(data instanceof Uint8Array)) throw new TypeError('the app encrypted nothing')
      return data
    },
    async decrypt(data) {
      const plain = await questions.ask({ about: 'decrypt', data })
      if (typeof plain !== 'string') throw new TypeError('the app decrypted nothing')
      return plain
    },
  }
}

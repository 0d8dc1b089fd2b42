import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordOf, resultOf, writeJob, writeTrial } from '../../../test/support/stored-job.ts'
import { createMemoryStore } from '../../core/job/memory-store.ts'
import type { RunStore } from '../../core/job/ports.ts'
import { createClock } from '../clock.ts'
import { openJob, type OpenJob, type OpenJobOptions } from './job-files.ts'
import { requestStop } from './stop-request.ts'

const SECRET = 'sk-0123456789'
let folder: string
let index: RunStore
const opened: OpenJob[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-jobs-'))
  index = createMemoryStore(async () => true)
})
afterEach(async () => {
  for (const job of opened.splice(0)) await job.release()
  rmSync(folder, { recursive: true })
})

async function open(mode: OpenJobOptions['mode'] = 'create', name = 'job'): Promise<OpenJob> {
  const owner = { machineId: 'm', bootId: 'b', pid: process.pid, startTime: '1' }
  const job = await openJob(folder, name, { mode, owner, secrets: [SECRET], clock: createClock(), index })
  opened.push(job)
  return job
}
const read = (path: string): string => readFileSync(join(folder, 'job', path), 'utf8')

describe('opening', () => {
  it('makes a job once; then it exists, and is busy while it is held', async () => {
    await expect(open('existing')).rejects.toMatchObject({ code: 'not-found' })
    const job = await open()
    await job.writeText('config.json', '{}')
    await expect(open()).rejects.toMatchObject({ code: 'already-exists' })
    await expect(open('existing')).rejects.toMatchObject({ code: 'busy' })
    await job.release()
    expect((await open('existing')).directory).toBe(join(folder, 'job'))
  })

  it('takes a folder that an earlier start left empty', async () => {
    mkdirSync(join(folder, 'job'))
    writeFileSync(join(folder, 'job', '.tbcc.lock'), '')
    await open()
  })

  it('refuses names that are no single, visible part of a path', async () => {
    for (const name of ['', '.', '..', 'a/b', '../job', '.hidden', 'a\\b', 'a\0b', 'line\nbreak', 'x'.repeat(300)]) {
      await expect(open('create', name), name).rejects.toMatchObject({ code: 'invalid-input' })
    }
    const job = await open()
    for (const name of ['..', 'a/b'])
      expect(() => job.trial(name)).toThrowError(expect.objectContaining({ code: 'invalid-input' }))
    symlinkSync(tmpdir(), join(folder, 'linked'))
    await expect(open('existing', 'linked')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('finishes what a crash left: half-written files, a stop request, a half-emptied trial', async () => {
    mkdirSync(join(folder, 'job', 'trial', 'agent'), { recursive: true })
    for (const path of ['config.json', '.tbcc-tmp-00', 'tbcc.stop.json', 'trial/.tbcc-tmp-01', 'trial/tbcc.json']) {
      writeFileSync(join(folder, 'job', path), '{"force":true}')
    }
    writeFileSync(join(folder, 'job', '.tbcc-emptying-trial'), 'trial.replaced-1.tar.gz')
    writeFileSync(join(folder, 'job', 'trial.replaced-1.tar.gz'), '')
    const job = await open('existing')
    expect(await job.readStopRequest()).toBeNull()
    expect(readdirSync(join(folder, 'job')).sort()).toEqual([
      '.tbcc.lock',
      '.tbcc.owner.json',
      'config.json',
      'trial',
      'trial.replaced-1.tar.gz',
    ])
    expect(readdirSync(join(folder, 'job', 'trial'))).toEqual([])
  })
})

describe('files of a trial', () => {
  it('writes, reads and finds text, secrets replaced, JSON kept as JSON', async () => {
    const files = (await open()).trial('trial')
    await files.writeText('agent/notes.txt', `key ${SECRET}`)
    await files.writeText('config.json', JSON.stringify({ n: 1.0, env: { KEY: SECRET } }))
    expect(await files.readText('agent/notes.txt')).toBe('key [REDACTED]')
    expect(await files.readText('agent/notes.txt', 3)).toBe('key')
    expect(read('trial/config.json')).toBe('{"n":1,"env":{"KEY":"[REDACTED]"}}')
    expect(await files.readText('missing')).toBeNull()
    expect([await files.exists('agent'), await files.exists('missing')]).toEqual([true, false])
    await files.makeDirectory('artifacts/logs')
    expect(existsSync(join(files.directory, 'artifacts', 'logs'))).toBe(true)
    expect(files.uri).toBe(`file://${files.directory}`)
  })

  it('neither reads nor writes through a link or out of the trial', async () => {
    const files = (await open()).trial('trial')
    await files.makeDirectory('agent')
    writeFileSync(join(folder, 'outside'), 'precious')
    symlinkSync('../../outside', join(files.directory, 'file'))
    symlinkSync('../..', join(files.directory, 'dir'))
    expect(await files.readText('file')).toBeNull()
    expect(await files.readText('dir/outside')).toBeNull()
    for await (const _ of files.readBytes('dir/outside', 0)) throw new Error('read through a link')
    await files.writeText('file', 'ours')
    await expect(files.writeText('dir/outside', 'x')).rejects.toMatchObject({ code: 'storage-failed' })
    await expect(files.appendLog('dir/outside').write(new Uint8Array(1))).rejects.toMatchObject({
      code: 'storage-failed',
    })
    for (const path of ['../outside', '/etc/passwd', 'a/../b', './a', '', 'a//b', 'C:/x', 'a\\..\\b']) {
      await expect(files.writeText(path, 'x'), path).rejects.toMatchObject({ code: 'invalid-input' })
    }
    expect(readFileSync(join(folder, 'outside'), 'utf8')).toBe('precious')
  })

  it('reads bytes from an offset on', async () => {
    const files = (await open()).trial('trial')
    await files.writeText('log', 'x'.repeat(200_000) + 'end')
    const chunks: Uint8Array[] = []
    for await (const chunk of files.readBytes('log', 199_999)) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe('xend')
  })

  it('lets no archive replace a log of our own', async () => {
    const files = (await open()).trial('trial')
    const log = files.appendLog('agent/command.txt')
    await log.write(new TextEncoder().encode('ours'))
    const archive = pack()
    archive.entry({ name: 'agent/command.txt' }, 'theirs')
    archive.entry({ name: 'agent/other.txt' }, 'theirs')
    archive.finalize()
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for await (const chunk of archive) if (chunk instanceof Uint8Array) yield chunk
    }
    expect(await files.extract(bytes(), 'agent', { maxBytes: 100, maxFiles: 10 })).toMatchObject({
      files: 1,
      skipped: [{ path: 'agent/command.txt' }],
    })
    await log.close()
    expect(read('trial/agent/command.txt')).toBe('ours')
  })

  it('scrubs what came out of the container, and no score', async () => {
    const files = (await open()).trial('trial')
    await files.makeDirectory('verifier')
    for (const path of ['verifier/reward.txt', 'verifier/ctrf.json', 'verifier/test-stdout.txt'])
      writeFileSync(join(files.directory, path), SECRET)
    await files.scrub()
    expect(['reward.txt', 'ctrf.json', 'test-stdout.txt'].map((name) => read(`trial/verifier/${name}`))).toEqual([
      SECRET,
      SECRET,
      '[REDACTED]',
    ])
  })

  it('opens each stream once at a time', async () => {
    const files = (await open()).trial('trial')
    const journal = await files.openJournal()
    await expect(files.openJournal()).rejects.toMatchObject({ code: 'internal' })
    await journal.close()
    await (await files.openJournal()).close()
    const job = opened[0]
    const jobJournal = await job?.openJournal()
    await expect(job?.openJournal()).rejects.toMatchObject({ code: 'internal' })
    await jobJournal?.close()
    await (await job?.openJournal())?.close()
  })
})

describe('events and the index', () => {
  it('tells subscribers of every stream', async () => {
    const job = await open()
    const told: string[] = []
    const stop = job.subscribe((stream, event) => told.push(`${stream} ${event.seq} ${event.type}`))
    await writeJob(job, 'job', ['a'])
    stop()
    await writeTrial(job, 'a')
    expect(told.filter((line) => line.startsWith('job/a'))).toEqual([
      'job/a 1 phase.started',
      'job/a 2 output.written',
      'job/a 3 phase.finished',
    ])
    expect(told.filter((line) => line.startsWith('job '))).toHaveLength(5)
  })

  it('shows a job and its trials as they go on', async () => {
    const job = await open()
    const journal = await job.openJournal()
    const states = async (): Promise<string> => {
      await journal.flush()
      const [row] = await index.listJobs()
      return [
        row?.state,
        ...(await index.listTrials('job')).map((trial) => `${trial.trialName} ${trial.state} ${trial.outcome}`),
      ].join(', ')
    }
    const trial = { trialId: 'id', trialName: 'a' }
    const started = {
      jobId: 'i',
      jobName: 'job',
      backend: 'docker',
      backendVersion: '1',
      backendReason: null,
      totalTrials: 1,
      finishedTrials: 0,
      concurrency: 1,
    }
    journal.append({ type: 'job.started', ...started, resumed: false })
    journal.append({ type: 'trial.planned', ...trial, taskName: 't', agent: 'oracle', model: null, attempt: 1 })
    expect(await states()).toBe('running, a queued null')
    journal.append({ type: 'trial.admitted', ...trial })
    expect(await states()).toBe('running, a running null')
    await job.trial('a').writeText('tbcc.json', JSON.stringify(recordOf('a')))
    expect(await states()).toBe('running, a running null')
    await job.trial('a').writeText('result.json', resultOf('a'))
    expect(await states()).toBe('running, a finished success')
    const archive = await job.replaceTrial('a')
    journal.append({ type: 'trial.replaced', ...trial, archive, reason: 'retry' })
    expect(await states()).toBe('running, a queued null')
    journal.append({ type: 'job.finished', state: 'cancelled' })
    expect(await states()).toBe('cancelled, a queued null')
    await job.release()
    const again = await (await open('existing')).openJournal()
    again.append({ type: 'job.started', ...started, resumed: true })
    await again.flush()
    expect((await index.listJobs())[0]).toMatchObject({ state: 'running', finishedAt: null })
    await again.close()
  })

  it('goes on with seq and byte ranges after a trial was replaced', async () => {
    const job = await open()
    await writeTrial(job, 'a')
    const output = await job.trial('a').openOutput()
    await expect(job.replaceTrial('a')).rejects.toMatchObject({ code: 'busy' })
    await output.close()
    expect(await job.replaceTrial('a')).toBe('a.replaced-1.tar.gz')
    expect(await job.replacedCounts()).toEqual(new Map([['a', 1]]))
    await writeTrial(job, 'a')
    expect((await index.lastEvents('job/a', 10)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
    expect(await index.outputRanges('job/a', 0)).toMatchObject([
      { from: 0, to: 12 },
      { from: 12, to: 24 },
    ])
    expect(read('a/tbcc.output.log')).toBe('output of a\noutput of a\n')
  })

  it('lets no event into its file before the output that it points at', async () => {
    const files = (await open()).trial('a')
    await files.makeDirectory('agent')
    // A pipe takes no more than it holds until somebody reads: a disk that is as slow as one likes.
    const pipe = join(files.directory, 'tbcc.output.log')
    execFileSync('mkfifo', [pipe])
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
    const journal = await files.openJournal()
    const output = await files.openOutput()
    const { from, to } = await output.write(Buffer.alloc(200_000))
    journal.append({ type: 'output.written', phase: 'agent-execution', from, to })
    const flushed = journal.flush().then(() => 'written')
    expect(await Promise.race([flushed, setTimeout(200, 'waiting')])).toBe('waiting')
    let taken = 0
    const buffer = Buffer.alloc(65_536)
    while (taken < to) {
      taken += tryRead(reader, buffer)
      await setTimeout(1)
    }
    expect(await flushed).toBe('written')
    closeSync(reader)
  })

  it('passes on a request to stop', async () => {
    const job = await open()
    expect(await job.readStopRequest()).toBeNull()
    await requestStop(job.directory, { force: false })
    expect(await job.readStopRequest()).toEqual({ force: false })
  })

  it('closes what is open when it is released', async () => {
    const job = await open()
    const journal = await job.openJournal()
    journal.append({ type: 'job.stopping', reason: 'test', force: false })
    const output = await job.trial('a').openOutput()
    await output.write(new TextEncoder().encode('last words'))
    await job.release()
    expect(read('tbcc.events.jsonl')).toContain('job.stopping')
    expect(read('a/tbcc.output.log')).toBe('last words')
    expect(await job.trialNames()).toEqual(['a'])
  })
})

/** Bytes that a pipe gave; none where it is empty. */
function tryRead(file: number, buffer: Buffer): number {
  try {
    return readSync(file, buffer)
  } catch {
    return 0
  }
}

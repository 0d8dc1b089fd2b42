import { constants, lstat, readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { JobConfig } from '../../contract/harbor/job-config.ts'
import type { Engine, Found } from '../../engine/engine.ts'
import { placeFlag } from '../../engine/place-flag.ts'
import type { CommonFlags } from '../common-flags.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, styleFor, withEngine } from '../host.ts'
import { placeOf } from '../jobs-place.ts'
import { renderEvent } from '../show/event-line.ts'
import { renderJob } from '../show/job.ts'
import { readNow, renderNow } from '../show/now.ts'
import { renderTrial, type TrialFile } from '../show/trial.ts'

/** `tbcc show`. */
export async function show(
  target: string,
  flags: CommonFlags & { readonly events?: boolean },
  host: Host,
): Promise<number> {
  const place = placeOf(target, flags, host)
  await withEngine(host, { jobsDir: place.jobsDir }, async (engine) => {
    const found = await engine.find(place.target)
    if (flags.events === true) await printEvents(engine, found, flags.json === true, host)
    else if (flags.json === true) host.stdout.write(`${JSON.stringify(await toJson(found), null, 2)}\n`)
    else printLines(host.stdout, await render(engine, found, placeFlag(place.jobsDir, host.cwd), host))
  })
  return EXIT.ok
}

async function render(engine: Engine, found: Found, place: string, host: Host): Promise<string[]> {
  const options = { maxWidth: host.stdout.columns(), style: styleFor(host.stdout, host.env), cwd: host.cwd }
  if (found.kind === 'trial') {
    const now = found.trial.state === 'running' ? await describeNow(engine, found, host) : []
    return renderTrial(found, await listFiles(found.directory), { ...options, now })
  }
  return renderJob(found, await readConfig(found.directory), { ...options, place })
}

async function describeNow(
  engine: Engine,
  { trial: { jobName, trialName } }: Extract<Found, { kind: 'trial' }>,
  host: Host,
): Promise<string[]> {
  const live = await readNow(
    engine.events({ jobName, trialName }, { afterSeq: 0, follow: false, signal: host.outputClosed }),
  )
  return live === null ? [] : renderNow(live, Date.now())
}

async function printEvents(engine: Engine, found: Found, json: boolean, host: Host): Promise<void> {
  const stream =
    found.kind === 'job'
      ? { jobName: found.job.jobName, trialName: null }
      : { jobName: found.trial.jobName, trialName: found.trial.trialName }
  const events = engine.events(stream, { afterSeq: 0, follow: false, signal: host.outputClosed })
  for await (const event of events) {
    if (host.outputClosed.aborted) return
    const ready = host.stdout.write(`${json ? JSON.stringify(event) : renderEvent(event)}\n`)
    if (!ready) await host.stdout.drained()
  }
}

async function toJson(found: Found): Promise<object> {
  return found.kind === 'job' ? found : { ...found, files: await listFiles(found.directory) }
}

/** Null where Harbor's file is missing or not one. */
async function readConfig(directory: string): Promise<JobConfig | null> {
  const file = { encoding: 'utf8', flag: constants.O_RDONLY | constants.O_NOFOLLOW } as const
  const text = await readFile(join(directory, 'config.json'), file).catch(() => null)
  if (text === null) return null
  try {
    return JobConfig.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

const MAX_FILES = 1000

/** What a trial kept. Links are named and never followed: what is in there came out of a container. */
async function listFiles(directory: string): Promise<TrialFile[]> {
  const files: TrialFile[] = []
  const folders = [directory]
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (files.length >= MAX_FILES) return files.sort(byPath)
      const path = join(folder, entry.name)
      if (entry.isDirectory()) folders.push(path)
      else files.push({ path: relative(directory, path), sizeBytes: entry.isFile() ? await sizeOf(path) : null })
    }
  }
  return files.sort(byPath)
}

async function sizeOf(path: string): Promise<number | null> {
  return lstat(path).then(
    ({ size }) => size,
    () => null,
  )
}

function byPath(one: TrialFile, other: TrialFile): number {
  return one.path < other.path ? -1 : 1
}

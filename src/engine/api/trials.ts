import type { TrialRef } from '../../contract/api/common.ts'
import type { Recording, TrialDetail } from '../../contract/api/trials.ts'
import { AppError } from '../../contract/errors.ts'
import type { TrialRecord } from '../../contract/trial.ts'
import { groupBy } from '../../core/analysis/group.ts'
import { MAX_POINTS, toRecording } from '../../core/steps/recording.ts'
import type { TrialRow } from '../../core/job/ports.ts'
import { createOwnerId } from '../../node/host/owner.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import type { Engine } from '../engine.ts'
import { readRecord } from '../find.ts'
import type { EngineParts } from '../parts.ts'
import { readFileContent } from './file-content.ts'
import { followTrialEvents } from './follow-trial-events.ts'
import { followOutput, readOutputPiece } from './follow-output.ts'
import { readHarborFacts } from './harbor-facts.ts'
import { jobFolder, trialFolder } from './job-folder.ts'
import type { JobChanges } from './job-changes.ts'
import { listFilesBelow } from './list-files.ts'
import type { LiveTrials } from './live-trials.ts'
import type { OwnJobs } from './own-jobs.ts'
import type { Area, ProceduresOf, TopicsOf } from './ports.ts'
import { removeTrialFolders } from './remove-folder.ts'
import { createRunningCheck } from './running-check.ts'
import { followTrials, toListed } from './trial-changes.ts'
import { showTrialConfig } from './trial-config.ts'
import { createTrialSteps } from './trial-steps.ts'

export interface TrialsApiDeps {
  readonly engine: Pick<Engine, 'events'>
  readonly parts: Pick<EngineParts, 'jobsDir' | 'index' | 'clock'>
  readonly own: OwnJobs
  readonly live: LiveTrials
  readonly changes: JobChanges
  readonly watchForeign: (onLook: () => void) => () => void
}

/** Of a trial and all its retries. */
const MAX_PHASE_EVENTS = 2000

export function createTrialsApi(deps: TrialsApiDeps): Area<ProceduresOf<'trials'>, TopicsOf<'trials' | 'trial'>> {
  const { engine, own, live, changes } = deps
  const { jobsDir, index, clock } = deps.parts
  const steps = createTrialSteps(index)
  const folderOf = (ref: TrialRef): string => trialFolder(jobsDir, ref)
  const runningCheck = (ref: TrialRef) => createRunningCheck({ jobsDir, index, own, live }, ref)
  const streamOf = ({ jobName, trialName }: TrialRef): string => `${jobName}/${trialName}`

  async function trialsOf(jobName: string): Promise<readonly TrialRow[]> {
    const rows = await index.listTrials(jobName)
    if (rows.length > 0) return rows
    await index.refresh()
    return index.listTrials(jobName)
  }

  async function show(ref: TrialRef): Promise<TrialDetail> {
    const directory = folderOf(ref)
    const rows = await trialsOf(ref.jobName)
    const at = rows.findIndex(({ trialName }) => trialName === ref.trialName)
    const trial = rows[at]
    if (trial === undefined) throw new AppError('not-found', `there is no trial ${ref.trialName} in ${ref.jobName}`)
    const record = trial.state === 'finished' ? readRecord(directory) : null
    const { tests, phases } = record ?? (trial.state === 'finished' ? readHarborFacts(directory) : NO_FACTS)
    return {
      trial: await toListed(live, trial),
      record,
      tests,
      phases,
      directory,
      taskDirectory: record?.taskPath ?? null,
      previous: rows[at - 1]?.trialName ?? null,
      next: rows[at + 1]?.trialName ?? null,
      position: at + 1,
      of: rows.length,
      exceptionText: readTextBelow(directory, ['exception.txt']),
      passing: await findPassing(trial),
    }
  }

  /** The newest success of the same agent and model at this task, else of any. */
  async function findPassing({ taskName, agent, model, jobName, trialName }: TrialRow): Promise<TrialRef | null> {
    const successes = { tasks: [taskName], outcomes: ['success' as const] }
    for (const filter of [{ ...successes, agents: [agent], models: [model ?? ''] }, successes]) {
      const sort = { column: 'startedAt', descending: true } as const
      const { trials } = await index.queryTrials({ filter, sort, offset: 0, limit: 2 })
      const other = trials.find((one) => one.jobName !== jobName || one.trialName !== trialName)
      if (other !== undefined) return { jobName: other.jobName, trialName: other.trialName }
    }
    return null
  }

  async function record(ref: TrialRef): Promise<Recording> {
    const pruned = prunedOutput(readRecord(folderOf(ref)))
    const types = ['phase.started', 'phase.finished']
    const [phases, printed] = await Promise.all([
      index.eventsOf(streamOf(ref), { types, afterSeq: 0, limit: MAX_PHASE_EVENTS }),
      index.sampleOutput(streamOf(ref), MAX_POINTS),
    ])
    return { ...toRecording(phases, printed), pruned }
  }

  async function remove(refs: readonly TrialRef[]): Promise<void> {
    for (const [jobName, of] of groupBy(refs, (ref) => ref.jobName)) {
      const ids = new Map((await trialsOf(jobName)).map(({ trialName, trialId }) => [trialName, trialId]))
      const trials = of.map(({ trialName }) => ({ trialName, trialId: ids.get(trialName) ?? '' }))
      await removeTrialFolders({ jobsDir, owner: createOwnerId, clock, index }, jobName, trials)
      for (const { trialName } of trials) index.deleteTrial(jobName, trialName)
    }
    await index.flush()
    changes.removed([])
  }

  return {
    handlers: {
      async 'trials.query'(query) {
        const { total, trials } = await index.queryTrials(query)
        return { total, trials: await Promise.all(trials.map(async (row) => toListed(live, row))) }
      },
      'trials.facets': async ({ filter }) => index.facets(filter),
      'trials.show': show,
      async 'trials.outline'({ jobName, trialName, ...query }) {
        folderOf({ jobName, trialName })
        return steps.outline(streamOf({ jobName, trialName }), query)
      },
      'trials.steps': async ({ indices, ...ref }) => steps.steps(streamOf(ref), folderOf(ref), indices),
      'trials.recording': record,
      'trials.readOutput': async ({ from, limit, ...ref }) => readOutputPiece(folderOf(ref), from, limit),
      async 'trials.events'({ jobName, trialName, types, afterSeq, limit }) {
        const stream = trialName === null ? jobName : streamOf({ jobName, trialName })
        if (trialName === null) jobFolder(jobsDir, jobName)
        else folderOf({ jobName, trialName })
        const [last] = await index.lastEvents(stream, 1)
        const events = await index.eventsOf(stream, { types: types ?? null, afterSeq, limit })
        return { lastSeq: last?.seq ?? 0, events: [...events] }
      },
      'trials.files': async (ref) => listFilesBelow(folderOf(ref)),
      'trials.readFile': async ({ path, offset, ...ref }) => readFileContent(folderOf(ref), path, offset),
      'trials.config': async (ref) => showTrialConfig(folderOf(ref), readRecord(folderOf(ref))),
      async 'trials.delete'({ trials }) {
        await remove(trials)
        return {}
      },
    },
    sources: {
      'trials.changes': ({ jobName }, { signal }) => followTrials({ ...deps, index, clock }, jobName, signal),
      async *'trial.events'({ afterSeq, ...ref }, { signal }) {
        folderOf(ref)
        const onChange = (wake: () => void) =>
          own.signals.add((told) => told.jobName === ref.jobName && told.kind !== 'output' && wake())
        yield* followTrialEvents(engine, ref, { afterSeq, signal, isRunning: runningCheck(ref), onChange })
      },
      'trial.output': ({ fromByte, ...ref }, { signal }) =>
        followOutput({
          directory: folderOf(ref),
          fromByte,
          signal,
          onPrinted: own.has(ref.jobName) ? (wake) => wakeOn(own, ref, wake) : null,
          isRunning: runningCheck(ref),
        }),
    },
  }
}

const NO_FACTS = { tests: null, phases: [] }

const DAY_MS = 24 * 60 * 60 * 1000

function prunedOutput(record: TrialRecord | null): Recording['pruned'] {
  if (record?.pruned?.logs.includes('output') !== true) return null
  const { at } = record.pruned
  return { at, afterDays: Math.max(0, Math.floor((Date.parse(at) - Date.parse(record.finishedAt)) / DAY_MS)) }
}

function wakeOn(own: OwnJobs, { jobName, trialName }: TrialRef, wake: () => void): () => void {
  return own.signals.add((told) => {
    if (told.jobName !== jobName) return
    if (told.kind === 'end' || (told.kind === 'job' && 'trialName' in told.event)) wake()
    else if (told.kind === 'output' && told.trialName === trialName) wake()
  })
}

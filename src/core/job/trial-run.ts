import type { TrialEventBody } from '../../contract/events.ts'
import type { AgentSetup, Finding, PhaseSpan, TestSummary, TrialException, Usage } from '../../contract/trial.ts'
import { NOT_MEASURED, type AgentExec } from '../agent/agent.ts'
import { createConductWatch, type ConductWatch } from '../agent/conduct/watch.ts'
import type { HostTree } from '../agent/host.ts'
import type {
  BackendName,
  Container,
  ContainerBackend,
  ExecResult,
  ImageInfo,
  OwnerId,
} from '../environment/backend.ts'
import type { HarborNumber } from '../../contract/harbor/number.ts'
import { capLogs } from './capped-logs.ts'
import { createOutputView, type OutputView } from './output-view.ts'
import { createPhaseLog, type PhaseLog } from './phases.ts'
import type { TrialPlan, TrialTimeouts } from './plan.ts'
import type { Clock, TrialFiles, TrialJournal } from './ports.ts'
import { withReadableLog } from './readable-log.ts'

/** What a trial works with. */
export interface TrialPorts {
  readonly backend: ContainerBackend
  readonly backendVersion: string
  readonly files: TrialFiles
  readonly host: HostTree
  readonly clock: Clock
  /** The host's variables: a sensitive setting that equals one is written as a reference to it. */
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  readonly owner: OwnerId
  /** Of each raw log; what is printed beyond is not kept. */
  readonly maxLogBytes: number
  /** How many earlier runs of this trial were replaced. */
  readonly replaced: number
  /** Holds a place under the agent's own limit while its run lasts. */
  readonly agentSlot: <T>(work: () => Promise<T>) => Promise<T>
  /** Raw output as it is shown, for front ends in this process. */
  readonly onOutput: (data: Uint8Array) => void
  /** Told of the trial's environment once it runs, and with null before it is stopped. */
  readonly onEnvironment?: (environment: LiveEnvironment | null) => void
}

/** The environment of a running trial, for those who look into it beside the agent. */
export interface LiveEnvironment {
  readonly trialId: string
  readonly taskName: string
  readonly backend: BackendName
  readonly image: string
  readonly container: Container
  readonly timeouts: TrialTimeouts
  /** Marks the trial as assisted for good. Code: environment-gone, once its time is over. */
  assist(): void
}

/** Start and end of one of Harbor's timed stretches. */
export interface Timing {
  startedAt: string
  finishedAt: string | null
}

/** The facts of a trial as they become known; the record is made from them at the end. */
export interface TrialFacts {
  image: ImageInfo | null
  container: Container | null
  exception: { readonly info: TrialException; readonly traceback: string } | null
  /** What ended the trial after an exception that it had outlived; result.json keeps the first, as Harbor's does. */
  cutShort: TrialException | null
  rewards: Readonly<Record<string, HarborNumber>> | null
  tests: TestSummary | null
  usage: Usage
  agentStarted: boolean
  /** A command ended with another exit code than 0, or by us. */
  commandFailed: boolean
  /** A command was ended by us: what it was about to do may be half done. */
  commandCutOff: boolean
  verifierToolsUnreachable: boolean
  /** Turns that the agent finished; null: it has said of none. */
  turns: number | null
  /** Somebody typed into the environment. */
  assisted: boolean
  /** Harbor's name for how the model's service failed while the agent's time ran out; null: it did not. */
  stuckIn: string | null
  /** How the agent came into the container; null: it has nothing to install, or did not get there. */
  agentSetup: AgentSetup | null
  readonly findings: Finding[]
  readonly timings: Partial<Record<'environment_setup' | 'agent_setup' | 'agent_execution' | 'verifier', Timing>>
}

/** The version of the agent that ran, as far as it is known. */
export function agentVersionOf({ plan, facts }: Pick<TrialRun, 'plan' | 'facts'>): string {
  // Harbor's word where its agents do not say.
  return facts.agentSetup?.version ?? plan.agent.version ?? 'unknown'
}

/** One trial while it runs. */
export interface TrialRun {
  readonly plan: TrialPlan
  readonly ports: TrialPorts
  readonly journal: TrialJournal
  /** What of the journal is for people, so far. */
  readonly readableLog: () => string
  readonly phases: PhaseLog
  readonly output: OutputView
  readonly facts: TrialFacts
  /** Of the agent, over its run and the logs that it leaves. */
  readonly conduct: ConductWatch
  /** Followed files whose rest is shown once they are collected: see show-file.ts. */
  readonly views: (() => Promise<void>)[]
  emit(event: TrialEventBody): void
  addFinding(finding: Finding): void
  /** Runs a command in the trial's container: said in the journal, shown in the output. */
  exec(container: Container, request: AgentExec & { readonly signal: AbortSignal }): Promise<ExecResult>
  /** Runs one of Harbor's timed stretches. */
  timed<T>(name: keyof TrialFacts['timings'], work: () => Promise<T>): Promise<T>
  /** Ends the phases, the output and the journal's buffers; nothing may be emitted after `finish`'s caller closed the journal. */
  finish(): Promise<readonly PhaseSpan[]>
}

export async function openTrialRun(
  plan: TrialPlan,
  ports: TrialPorts,
  queuedAt: { timestamp: string; monotonicMs: number },
): Promise<TrialRun> {
  const logs = capLogs(ports.files, ports.maxLogBytes, (path) => addFinding(logCut(path, ports.maxLogBytes)))
  const readable = withReadableLog(await ports.files.openJournal(), {
    clock: ports.clock,
    redact: (text) => ports.files.redact(text),
  })
  const { journal } = readable
  const emit = (event: TrialEventBody): void => {
    if (event.type === 'turn.finished') facts.turns = (facts.turns ?? 0) + 1
    // A run that is cut off makes no report: what it had told by then stands.
    if (event.type === 'usage.updated') facts.usage = event.usage
    journal.append(event)
  }
  const phases = createPhaseLog(ports.clock, journal, queuedAt)
  const output = createOutputView(await logs.files.openOutput(), {
    phase: () => phases.current,
    emit,
    onOutput: ports.onOutput,
  })
  const facts: TrialFacts = {
    image: null,
    container: null,
    exception: null,
    cutShort: null,
    rewards: null,
    tests: null,
    usage: NOT_MEASURED,
    agentStarted: false,
    commandFailed: false,
    commandCutOff: false,
    verifierToolsUnreachable: false,
    turns: null,
    assisted: false,
    stuckIn: null,
    agentSetup: null,
    findings: [],
    timings: {},
  }
  const addFinding = (finding: Finding): void => {
    facts.findings.push(finding)
    emit({ type: 'finding.made', finding })
  }
  let commands = 0
  return {
    plan,
    ports: { ...ports, files: logs.files },
    journal,
    readableLog: readable.text,
    phases,
    output,
    facts,
    conduct: createConductWatch(plan.task),
    views: [],
    emit,
    addFinding,
    async exec(container, { purpose, log, show = true, onOutput, ...request }) {
      const commandId = `c${++commands}`
      const command = typeof request.command === 'string' ? request.command : request.command.join(' ')
      emit({
        type: 'command.started',
        commandId,
        purpose,
        command,
        user: request.user === undefined ? null : String(request.user),
      })
      const dropsBefore = logs.drops()
      const result = await container.exec({
        ...request,
        onOutput: async (chunk) => {
          await Promise.all([show ? output.show(chunk.data) : null, log?.write(chunk.data), onOutput?.(chunk)])
        },
      })
      if (result.exitCode !== 0) facts.commandFailed = true
      if (result.timedOut || result.cancelled) facts.commandCutOff = true
      const { exitCode, timedOut, cancelled, durationMs } = result
      const truncated = result.truncated || logs.drops() > dropsBefore
      emit({ type: 'command.finished', commandId, exitCode, timedOut, cancelled, truncated, durationMs })
      return result
    },
    async timed(name, work) {
      const timing: Timing = { startedAt: ports.clock.timestamp(), finishedAt: null }
      facts.timings[name] = timing
      try {
        return await work()
      } finally {
        timing.finishedAt = ports.clock.timestamp()
      }
    },
    async finish() {
      await output.close()
      return phases.finish()
    },
  }
}

function logCut(path: string, maxBytes: number): Finding {
  const message = `${path} was cut after ${Math.round(maxBytes / 1024 ** 2)} MB: what was printed beyond is not kept`
  return { kind: 'log-cut', message, evidence: [] }
}

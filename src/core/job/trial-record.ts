import type { PhaseSpan, TrialEnvironment, TrialRecord } from '../../contract/trial.ts'
import { taskLabels } from '../task/labels.ts'
import { isTampering } from '../verifier/tamper.ts'
import { toNumbers } from '../verifier/reward.ts'
import { decidingReward, deriveOutcome } from './outcome.ts'
import { agentVersionOf, type TrialRun } from './trial-run.ts'

/** The record of a trial that has ended (`tbcc.json`). */
export function toTrialRecord(
  run: TrialRun,
  end: {
    readonly startedAt: string
    readonly finishedAt: string
    readonly phases: readonly PhaseSpan[]
    readonly replaced: number
  },
): TrialRecord {
  const { plan, facts } = run
  const rewards = facts.rewards === null ? null : toNumbers(facts.rewards)
  const exception = facts.exception?.info ?? null
  const judgement = deriveOutcome({
    exceptionType: exception?.type ?? null,
    exceptionPhase: exception?.phase ?? null,
    rewards,
    tampered: facts.findings.some(isTampering),
    stuckIn: facts.stuckIn,
    cutShortBy: facts.cutShort?.type ?? null,
    verifierToolsUnreachable: facts.verifierToolsUnreachable,
  })
  return {
    schemaVersion: 1,
    trialId: plan.trialId,
    trialName: plan.trialName,
    jobId: plan.jobId,
    taskName: plan.task.name,
    taskPath: plan.task.directory,
    taskDigest: plan.taskDigest,
    agent: plan.agent.name,
    agentVersion: agentVersionOf(run),
    model: plan.agentConfig.model_name,
    attempt: plan.attempt,
    replaced: end.replaced,
    environment: toEnvironment(run),
    ...judgement,
    evidence: judgement.outcome === 'success' ? [] : evidenceOf(run),
    exception,
    reward: decidingReward(rewards),
    rewards,
    tests: facts.tests,
    findings: facts.findings,
    usage: facts.usage,
    startedAt: end.startedAt,
    finishedAt: end.finishedAt,
    phases: [...end.phases],
    task: { source: plan.source, ...taskLabels(plan.task.config) },
    steps: facts.turns,
    assisted: facts.assisted,
    agentSetup: facts.agentSetup,
  }
}

function toEnvironment({ plan, ports, facts }: TrialRun): TrialEnvironment | null {
  if (facts.image === null) return null
  const limits = facts.container?.enforcement.limits ?? plan.environment
  return {
    backend: ports.backend.name,
    backendVersion: ports.backendVersion,
    image: facts.image.name,
    imageId: facts.image.id,
    imageSource: facts.image.source,
    containerId: facts.container?.id ?? null,
    workdir: facts.container?.workdir ?? facts.image.workdir,
    network: plan.environment.network,
    cpus: limits.cpus,
    memoryMb: limits.memoryMb,
    notEnforced: [...(facts.container?.enforcement.notEnforced ?? [])],
    settings: effectiveSettings(plan),
  }
}

/** What a backend applies: a task without a network gets none, whatever its job says of networks. */
function effectiveSettings({ environment, environmentSettings }: TrialRun['plan']): TrialEnvironment['settings'] {
  const applies = (name: string): boolean => environment.network !== 'no-network' || !OF_NETWORKS.has(name)
  return Object.fromEntries(Object.entries(environmentSettings).filter(([name]) => applies(name)))
}

const OF_NETWORKS: ReadonlySet<string> = new Set(['network', 'host_gateway'])

/** The lines that show why: what was thrown, what was found, which tests failed. */
function evidenceOf({ facts, plan }: TrialRun): string[] {
  const failed = (facts.tests?.items ?? []).filter((test) => test.status === 'failed').slice(0, 10)
  return [
    ...[facts.exception?.info, facts.cutShort].flatMap((end) => (end == null ? [] : [`${end.type}: ${end.message}`])),
    ...(facts.exception?.info.type === 'NetworkConnectionError' && plan.environment.network === 'no-network'
      ? ['the environment of this task has no network: no model can be reached from it']
      : []),
    ...facts.findings
      .filter(({ kind }) => kind !== 'usage-differs')
      .flatMap((finding) => [finding.message, ...finding.evidence.slice(0, 8)]),
    ...failed.map((test) => `failed: ${test.name}${test.message === null ? '' : `: ${firstLine(test.message)}`}`),
  ]
}

function firstLine(text: string): string {
  return (text.split('\n').find((line) => line.trim() !== '') ?? '').slice(0, 300)
}

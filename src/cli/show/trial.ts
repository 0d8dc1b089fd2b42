import type { PhaseSpan, TestItem, TrialRecord } from '../../contract/trial.ts'
import type { Found } from '../../engine/engine.ts'
import { showOutcome } from '../live/trial-line.ts'
import { displayPath, ranMs } from '../report.ts'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMoney,
  formatReward,
  formatTests,
  NOT_MEASURED,
  plural,
  UNKNOWN,
} from '../text/format.ts'
import { plainLine, plainText } from '../text/plain.ts'
import type { Style } from '../text/style.ts'
import type { TableOptions } from '../text/table.ts'
import { cutToWidth } from '../text/width.ts'

type FoundTrial = Extract<Found, { kind: 'trial' }>

export interface TrialFile {
  /** Relative to the trial's folder. */
  readonly path: string
  /** Null for a link. */
  readonly sizeBytes: number | null
}

/** A trial: how it ended and why, then where its time went, what it ran in, its tests, and what is kept of it. */
export function renderTrial(
  found: FoundTrial,
  files: readonly TrialFile[],
  options: TableOptions & {
    readonly cwd: string
    /** Lines of what it does now, where it runs. */
    readonly now?: string[]
  },
): string[] {
  const { record, directory } = found
  const { style, now = [] } = options
  const sections = [
    renderAnswer(found, style),
    now,
    ...(record === null ? [] : renderRecord(record, style)),
    renderFiles(files, displayPath(directory, options.cwd)),
  ]
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
}

function renderRecord(record: TrialRecord, style: Style): string[][] {
  return [
    renderWhy(record, style),
    renderTests(record, style),
    renderFindings(record, style),
    renderPhases(record.phases),
    renderAgent(record),
    renderEnvironment(record),
    renderUsage(record),
  ]
}

function renderAnswer({ trial }: FoundTrial, style: Style): string[] {
  const { sign, word, colour } = showOutcome(trial.outcome)
  const answer = trial.state === 'finished' ? style(colour, `${sign} ${word}`) : trial.state
  const agent = plainLine([trial.agent, trial.model ?? ''].join(' '))
  const tests = formatTests(trial.testsPassed, trial.testsTotal)
  return [
    `${answer}: ${plainLine(trial.taskName)} by ${agent}, attempt ${trial.attempt ?? UNKNOWN}`,
    `reward ${formatReward(trial.reward)}, tests ${tests}, ${formatDuration(ranMs(trial))}`,
    `trial ${plainLine(trial.trialName)} of job ${plainLine(trial.jobName)}`,
  ]
}

function renderWhy({ blame, evidence, exception }: TrialRecord, style: Style): string[] {
  return [
    ...(blame === null ? [] : [`Blame: ${style('bold', blame)}`, ...evidence.map((line) => `  ${plainLine(line)}`)]),
    ...(exception === null
      ? []
      : [`Exception: ${plainLine(exception.type)} in ${exception.phase}`, ...indented(exception.message)]),
  ]
}

/** Failed tests first, each with the start of its message. */
function renderTests({ tests }: TrialRecord, style: Style): string[] {
  if (tests === null) return []
  const failed = tests.items.filter(({ status }) => status === 'failed')
  const others = tests.items.filter(({ status }) => status !== 'failed')
  return [
    `Tests: ${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped of ${tests.total}`,
    ...failed.flatMap((item) => renderFailedTest(item, style)),
    ...others.map(
      ({ name, status }) =>
        `  ${status === 'passed' ? style('green', '✔') : '·'} ${plainLine(name)}${status === 'passed' ? '' : ` (${status})`}`,
    ),
  ]
}

const MESSAGE_LINES = 8

function renderFailedTest({ name, message }: TestItem, style: Style): string[] {
  const lines = message === null ? [] : indented(message).slice(0, MESSAGE_LINES)
  return [`  ${style('red', '✖')} ${plainLine(name)}`, ...lines.map((line) => `    ${line}`)]
}

function renderFindings({ findings }: TrialRecord, style: Style): string[] {
  if (findings.length === 0) return []
  const lines = findings.flatMap(({ kind, message, evidence }) => [
    `  ${style('yellow', kind)}: ${plainLine(message)}`,
    ...evidence.map((line) => `    ${plainLine(line)}`),
  ])
  return ['Findings:', ...lines]
}

/** Seconds with one decimal that add up to the total beside them. */
function renderPhases(phases: readonly PhaseSpan[]): string[] {
  const tenths = roundTogether(phases.map(({ durationMs }) => durationMs / 100))
  const total = tenths.reduce((sum, value) => sum + value, 0)
  const seconds = (value: number): string => `${(value / 10).toFixed(1)}s`.padStart(10)
  return [
    'Phases:',
    ...phases.map(({ phase }, index) => `  ${phase.padEnd(18)}${seconds(tenths[index] ?? 0)}`),
    `  ${'all'.padEnd(18)}${seconds(total)}`,
  ]
}

/** Whole numbers near the given ones, whose sum is that of the given ones, rounded. */
export function roundTogether(values: readonly number[]): number[] {
  const rounded = values.map(Math.floor)
  let missing =
    Math.round(values.reduce((sum, value) => sum + value, 0)) - rounded.reduce((sum, value) => sum + value, 0)
  const byFraction = [...values.keys()].sort((one, other) => fraction(values[other]) - fraction(values[one]))
  for (const index of byFraction) {
    if (missing <= 0) break
    rounded[index] = (rounded[index] ?? 0) + 1
    missing -= 1
  }
  return rounded
}

function fraction(value = 0): number {
  return value - Math.floor(value)
}

/** What was installed for it; an agent that brings nothing along needs no lines. */
function renderAgent({ agent, agentVersion, agentSetup, steps }: TrialRecord): string[] {
  if (agentSetup == null) return []
  const { way, durationMs, failedWays } = agentSetup
  const lines: readonly (readonly [string, string])[] = [
    ['version', `${agent} ${agentVersion}`],
    ['installed', `${SETUP_WAYS[way]} in ${formatDuration(durationMs)}`],
    ...failedWays.map((failed) => ['tried before', failed] as const),
    ...(steps === undefined || steps === null ? [] : [['turns', formatCount(steps)] as const]),
  ]
  return ['Agent:', ...lines.map(toFact)]
}

const SETUP_WAYS: Readonly<Record<NonNullable<TrialRecord['agentSetup']>['way'], string>> = {
  present: 'was in the image: looked at',
  vendor: "by the vendor's installer",
  registry: 'from its registry',
  prepared: 'put in ready-made',
}

function toFact([key, value]: readonly [string, string]): string {
  return `  ${plainLine(key).padEnd(12)}  ${plainLine(value)}`
}

function renderEnvironment({ environment }: TrialRecord): string[] {
  if (environment === null) return ['Environment: never started']
  const { cpus, memoryMb, notEnforced, settings } = environment
  const limits = [...(cpus === null ? [] : [plural(cpus, 'cpu')]), ...(memoryMb === null ? [] : [`${memoryMb} MB`])]
  const lines: readonly (readonly [string, string])[] = [
    ['backend', `${environment.backend} ${environment.backendVersion}`],
    ['image', `${environment.image} (${environment.imageSource})`],
    ['container', environment.containerId?.slice(0, 12) ?? UNKNOWN],
    ['workdir', environment.workdir],
    ['network', environment.network],
    ['limits', limits.length === 0 ? 'none' : limits.join(', ')],
    ...(notEnforced.length === 0 ? [] : [['not enforced', notEnforced.join('; ')] as const]),
    ...Object.entries(settings).map(([key, value]) => [`--ek ${key}`, String(value)] as const),
  ]
  return ['Environment:', ...lines.map(toFact)]
}

function renderUsage({ usage }: TrialRecord): string[] {
  const { inputTokens, cachedTokens, outputTokens, costUsd, costIsEstimate } = usage
  if ([inputTokens, cachedTokens, outputTokens, costUsd].every((value) => value === null))
    return [`Tokens and cost: ${NOT_MEASURED}`]
  const tokens = `${formatCount(inputTokens)} in (${formatCount(cachedTokens)} cached), ${formatCount(outputTokens)} out`
  return [
    `Tokens: ${tokens}`,
    `Cost: ${formatMoney(costUsd, costIsEstimate)}${costIsEstimate === true ? ' (by price lists; the agent named none)' : ''}`,
  ]
}

function renderFiles(files: readonly TrialFile[], directory: string): string[] {
  return [
    `Files in ${directory}:`,
    ...files.map(
      ({ path, sizeBytes }) =>
        `  ${(sizeBytes === null ? 'link' : formatBytes(sizeBytes)).padStart(8)}  ${plainLine(path)}`,
    ),
  ]
}

const LINE_COLUMNS = 200

function indented(text: string): string[] {
  return plainText(text.trimEnd())
    .split('\n')
    .map((line) => `  ${cutToWidth(line, LINE_COLUMNS)}`)
}

import type { TrialEventBody } from '../../../contract/events.ts'
import type { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'
import type { ExecResult } from '../../environment/backend.ts'
import { TrialError } from '../../job/exception.ts'
import { taskMcpServers } from '../../task/mcp.ts'
import { plainLine } from '../../text/plain.ts'
import { tellingLine } from '../../text/telling-line.ts'
import { createLastBytes } from '../acp/last-bytes.ts'
import type { AgentContext, AgentExec, AgentReport, AgentSettings } from '../agent.ts'
import { classifyFailure, isLimit } from '../failure/classify.ts'
import type { Failure, RunEnd } from '../failure/failure.ts'
import { createLineSplitter } from '../logs/lines.ts'
import type { LogParser } from '../logs/log-parser.ts'
import { withCost } from '../logs/with-cost.ts'
import { bindServers, resolveServers } from '../mcp/resolve.ts'
import { shallowCall } from '../shallow-call.ts'
import type { InstalledAgent, EnvironmentAsk, RunRecipe } from './installed-agent.ts'
import { readOwnLog } from './own-log.ts'
import { putPrivateFiles, PRIVATE_FOLDER } from './private-files.ts'
import { createTranscript } from './transcript.ts'
import { createTrouble, type Trouble } from './trouble.ts'
import type { SettingSpecs } from './settings.ts'
import { putSkills } from './skills.ts'

/** Harbor's folder for what an agent brings along. */
const AGENT_FOLDER = '/installed-agent'
const INSTRUCTION_FILE = `${AGENT_FOLDER}/instruction.md`

/** One installed agent of a job, its settings checked. */
export interface Session<Specs extends SettingSpecs> extends EnvironmentAsk<Specs> {
  readonly declared: InstalledAgent<Specs>
  readonly host: AgentSettings['host']
  readonly prices: AgentSettings['prices']
  /** Of the job, with templates. */
  readonly mcpServers: readonly AgentMcpServer[]
  readonly skills: readonly string[]
  readonly maxTurns: number | null
  readonly extraArgs: string | null
  /** Folders of the program, by container: each trial installs it anew. */
  readonly path: Map<string, readonly string[]>
}

/**
 * Runs an installed agent: its files and folders first, then its command line, whose output is read while it comes, then
 * its clean-up, whatever happened before.
 */
export async function runInstalled<Specs extends SettingSpecs>(
  session: Session<Specs>,
  context: AgentContext,
): Promise<AgentReport> {
  const { declared, host } = session
  const recipe = await askForRecipe(session, context)
  const files = [...(recipe.files ?? []), { path: INSTRUCTION_FILE, mode: 0o644, content: context.instruction }]
  await context.container.putArchive('/', host.archiveOf(files.map((file) => ({ ...file, path: below(file.path) }))))
  const shell = toShell(session, context, recipe)
  const parser = withCost(declared.parser({ maxTurns: session.maxTurns }), await session.prices(), session.model)
  const { privateFiles = {} } = recipe
  try {
    await putPrivateFiles(privateFiles, context)
    if (recipe.prepare !== undefined) await prepare(shell, context, recipe.prepare)
    // It never began.
    if (context.signal.aborted) return { usage: parser.summary.usage }
    const trouble = createTrouble()
    const result = await follow(parser, trouble, context, (onOutput) => runCommand(shell, context, recipe, onOutput))
    const { usage } = parser.summary
    if (context.signal.aborted) return { usage, stuckIn: stuckIn(session, trouble) }
    settle(session, context, parser, result)
    return { usage }
  } finally {
    session.path.delete(context.container.id)
    const script = cleanUpScript(recipe)
    if (script !== null) await cleanUp(shell, context, script)
  }
}

async function runCommand(
  shell: Shell,
  context: AgentContext,
  { command, ownLog }: RunRecipe,
  onOutput: OnOutput,
): Promise<ExecResult> {
  const end = await shell.agent(command, onOutput)
  if (ownLog !== undefined) await readOwnLog(ownLog, context, onOutput)
  return end
}

/** Secrets go first: whatever hinders the rest, they are gone. */
function cleanUpScript({ privateFiles = {}, cleanUp: own }: RunRecipe): string | null {
  const removal = Object.keys(privateFiles).length === 0 ? [] : [`rm -rf ${PRIVATE_FOLDER}`]
  const lines = [...removal, ...(own === undefined ? [] : [own])]
  return lines.length === 0 ? null : lines.join('\n')
}

async function askForRecipe<Specs extends SettingSpecs>(
  session: Session<Specs>,
  context: AgentContext,
): Promise<RunRecipe> {
  const { env, settings, model, credential, maxTurns, mcpServers, declared, extraArgs } = session
  const skillFolders = await putSkills(session.skills, context, session.host)
  const ask = { env, settings, model, credential, maxTurns, extraArgs, task: context.task, skillFolders }
  const own = taskMcpServers(context.task)
  const { reference } = declared
  if (reference === undefined) return declared.run({ ...ask, mcpServers: [...own, ...resolveServers(mcpServers, env)] })
  const bound = bindServers(mcpServers, env, reference)
  const recipe = declared.run({ ...ask, mcpServers: [...own, ...bound.servers] })
  return { ...recipe, env: { ...recipe.env, ...bound.env } }
}

/** Holds the agent back while what it printed is not shown yet. */
type OnOutput = (data: Uint8Array) => Promise<void>

/** How commands of one run are executed. */
interface Shell {
  plain(purpose: string, script: string, options?: Pick<AgentExec, 'signal' | 'onOutput'>): Promise<ExecResult>
  agent(script: string, onOutput: OnOutput): Promise<ExecResult>
}

function toShell<Specs extends SettingSpecs>(
  { declared, path }: Session<Specs>,
  context: AgentContext,
  recipe: RunRecipe,
): Shell {
  const folders = [...(path.get(context.container.id) ?? []), ...declared.install.path]
  const env = { ...recipe.env, ...context.env, TBCC_INSTRUCTION_FILE: INSTRUCTION_FILE }
  const head = [
    ...(folders.length === 0 ? [] : [`export PATH="${folders.join(':')}:$PATH"`]),
    // A variable of the shell, not of its children: an instruction may be longer than a program's variable may be.
    `IFS= read -r -d '' TBCC_INSTRUCTION < ${INSTRUCTION_FILE} || true`,
  ].join('\n')
  return {
    plain: async (purpose, script, options) =>
      context.exec({ purpose, command: `${head}\n${script}`, env, ...options }),
    async agent(script, onOutput) {
      const log = context.files.appendLog(`agent/${declared.log}`)
      try {
        return await context.exec({
          purpose: declared.name,
          command: `set -o pipefail\n${head}\n{\n${script}\n} 2>&1 </dev/null`,
          env,
          log,
          show: false,
          onOutput: ({ data }) => onOutput(data),
        })
      } finally {
        await log.close()
      }
    },
  }
}

async function prepare(shell: Shell, { signal }: AgentContext, script: string): Promise<void> {
  const said = createLastBytes(MAX_SAID_BYTES)
  const { exitCode } = await shell.plain('agent preparation', script, { onOutput: ({ data }) => said.push(data) })
  if (exitCode === 0 || signal.aborted) return
  const words = tellingLine(
    said
      .text()
      .split('\n')
      .map(plainLine)
      .filter((line) => line !== ''),
  )
  const why = words === null ? '' : `: ${words.slice(0, MAX_SAID_CHARS)}`
  throw new TrialError('RuntimeError', `the agent's preparation ended with exit code ${exitCode ?? 'none'}${why}`)
}

/** Of what a program said last, where only what it failed of matters. */
const MAX_SAID_BYTES = 8 * 1024
const MAX_SAID_CHARS = 300

/** What a clean-up may take after the phase is over. */
const CLEAN_UP_MS = 20_000

/** Runs also when the phase was cut off. What it could not do is told; the logs are still worth having. */
async function cleanUp(shell: Shell, context: AgentContext, script: string): Promise<void> {
  const failure = await shell.plain('agent clean-up', script, { signal: AbortSignal.timeout(CLEAN_UP_MS) }).then(
    ({ exitCode }) => (exitCode === 0 ? null : `ended with exit code ${exitCode ?? 'none'}`),
    (thrown: unknown) => String(thrown),
  )
  if (failure !== null)
    context.emit({ type: 'warning.raised', message: `the agent's clean-up failed: ${failure}`, hint: null })
}

/** Reads the output while the command runs: events to the journal, a readable account of them to the terminal. */
async function follow(
  parser: LogParser,
  trouble: Trouble,
  context: AgentContext,
  run: (onOutput: OnOutput) => Promise<ExecResult>,
): Promise<ExecResult> {
  const transcript = createTranscript((text) => context.output(text))
  const tell = (events: readonly TrialEventBody[]): void => {
    for (const event of events.map(shallowCall)) {
      context.emit(event)
      transcript.event(event)
    }
  }
  const lines = createLineSplitter((line) => {
    const events = readLine(parser, line)
    trouble.line(events, parser.answers)
    if (events.length === 0 && !line.trimStart().startsWith('{')) transcript.stray(line)
    tell(events)
  })
  try {
    return await run((data) => {
      lines.push(data)
      return transcript.drained()
    })
  } finally {
    lines.end()
    if (lines.dropped > 0) {
      const message = `${lines.dropped} lines of the agent's output are too long to be read: its log alone has them`
      tell([{ type: 'warning.raised', message, hint: null }])
    }
    // What is told only now was said before it stopped: none of it ends the trouble that it stopped in.
    tell(parser.end())
    await transcript.drained()
  }
}

/** A line whose JSON is nested deeper than any code gets is passed over: it must not be taken for our own failure. */
function readLine(parser: LogParser, line: string): readonly TrialEventBody[] {
  try {
    return parser.line(line)
  } catch (thrown) {
    if (thrown instanceof RangeError) return []
    throw thrown
  }
}

/** Throws what the run failed of. */
function settle<Specs extends SettingSpecs>(
  session: Session<Specs>,
  context: AgentContext,
  { summary }: LogParser,
  end: ExecResult,
): void {
  if (summary.failure !== null && isLimit(summary.failure)) {
    const { kind, message } = summary.failure
    const said = plainLine(message).slice(0, MAX_SAID_CHARS)
    const evidence = [said === '' || said === kind ? kind : `${kind}: ${said}`]
    const told = 'the agent stopped at a limit of turns, time or money that was set for it'
    context.emit({ type: 'finding.made', finding: { kind: 'limit-reached', message: told, evidence } })
  }
  const failure = classify(session, { exitCode: end.exitCode, summary })
  if (failure === null) return
  const { usage } = summary
  // A run that fails makes no report, and not every log tells what it used while it runs.
  if (Object.values(usage).some((value) => value !== null)) context.emit({ type: 'usage.updated', usage })
  throw new TrialError(failure.type, [failure.message, ...failure.evidence].join('\n'))
}

/** What kept a run that was told to stop from going on: its service failed, and it tried again. Null: nothing did. */
function stuckIn<Specs extends SettingSpecs>(
  session: Session<Specs>,
  { complaints }: Trouble,
): NonNullable<AgentReport['stuckIn']> | null {
  if (complaints.length === 0) return null
  const waiting = { kind: 'waiting', message: complaints.join('\n'), status: null }
  const failure = classify(session, { exitCode: 1, summary: { failure: waiting, complaints: [] } })
  if (failure === null || failure.type === 'NonZeroAgentExitCodeError') return null
  return { type: failure.type, evidence: complaints }
}

function classify<Specs extends SettingSpecs>(
  { declared }: Session<Specs>,
  end: Pick<RunEnd, 'exitCode' | 'summary'>,
): Failure | null {
  const patterns = declared.errorPatterns === undefined ? {} : { patterns: declared.errorPatterns }
  return classifyFailure({ ...end, log: `agent/${declared.log}`, ...patterns })
}

/** An absolute path as an entry of an archive for `/`. */
function below(path: string): string {
  return path.replace(/^\/+/, '')
}

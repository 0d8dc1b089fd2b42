import { AppError } from '../../contract/errors.ts'
import type { PreparedJob } from '../../engine/engine.ts'
import { usageError } from '../errors.ts'
import { type Output, printLines, type Terminal } from '../host.ts'
import { plural } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'

type HostNeeds = Pick<PreparedJob, 'hostVariables' | 'missingKeys'>
type HostVariable = HostNeeds['hostVariables'][number]

/** Throws `invalid-input` for variables that tasks or agents need and that nobody has set. */
export function refuseMissingVariables(job: HostNeeds): void {
  const needed = job.hostVariables.filter(({ isSet, hasDefault }) => !isSet && !hasDefault)
  const byTasks = new Set(needed.map(({ name }) => name))
  const lines = [
    ...needed.map(describe),
    ...job.missingKeys.filter((name) => !byTasks.has(name)).map((name) => `  ${plainLine(name)}`),
  ]
  if (lines.length === 0) return
  throw usageError(
    `variables of this host are needed and not set:\n${lines.join('\n')}`,
    'export them, write them to a file for --env-file, or leave those tasks out with -x',
  )
}

/**
 * Tasks and tool servers may read variables of this host; the user says once per job that they may. Those from `--env-file` were given
 * for this purpose.
 */
export async function confirmHostVariables(
  job: Pick<HostNeeds, 'hostVariables'>,
  options: { readonly yes: boolean; readonly explicit: readonly string[] },
  host: { readonly terminal: Terminal | null; readonly stderr: Pick<Output, 'write'> },
): Promise<void> {
  const read = job.hostVariables.filter(({ name, isSet }) => isSet && !options.explicit.includes(name))
  if (read.length === 0 || options.yes) return
  const list = read.map(describe)
  if (host.terminal === null) {
    throw usageError(
      `tasks or tool servers of this job read variables of this host:\n${list.join('\n')}`,
      'there is no terminal to ask on: confirm with -y, or give them with --env-file',
    )
  }
  printLines(host.stderr, ['Tasks or tool servers of this job read these variables of this host:', ...list])
  const answer = await host.terminal.ask('Let them? [y/N] ')
  if (/^y(es)?$/i.test(answer.trim())) return
  throw new AppError('cancelled', 'not confirmed: nothing was started')
}

function describe({ name, tasks, servers }: HostVariable): string {
  const some = tasks.slice(0, 3).map(plainLine).join(', ')
  const rest = tasks.length > 3 ? ` and ${plural(tasks.length - 3, 'more task')}` : ''
  const readers = [...(tasks.length === 0 ? [] : [`${some}${rest}`]), ...servers.map(serverLabel)]
  return `  ${plainLine(name)}  (${readers.join(', ')})`
}

function serverLabel(name: string): string {
  return `tool server ${plainLine(name)}`
}

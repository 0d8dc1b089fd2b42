import type { AgentExec } from '../agent/agent.ts'
import type { ExecResult } from './backend.ts'

/** Runs a command in the environment, said in the journal. */
export type RepairExec = (
  request: AgentExec & { readonly timeoutMs: number; readonly cwd: string },
) => Promise<ExecResult>

/**
 * Finishes what a package manager had begun when its command was ended, so that the verifier can install its tools: dpkg
 * refuses all work until that is done. Nothing is removed, and a system in order is left alone.
 *
 * The others need no help: their locks, like dpkg's, are the kernel's and went with the process; apk and rpm write what is
 * installed in one step, and their next call goes on from there.
 */
export async function repairPackageManager(exec: RepairExec): Promise<void> {
  if (!(await isDpkgInterrupted(exec))) return
  await exec({
    purpose: 'finish what dpkg was interrupted in',
    // A question about a changed file would wait for an answer that nobody gives.
    command: ['dpkg', '--force-confdef', '--force-confold', '--configure', '-a'],
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    user: 'root',
    cwd: '/',
    timeoutMs: REPAIR_MS,
  })
}

const LOOK_MS = 10_000
const REPAIR_MS = 60_000

async function isDpkgInterrupted(exec: RepairExec): Promise<boolean> {
  const decoder = new TextDecoder()
  let said = ''
  await exec({
    purpose: 'look whether dpkg was interrupted',
    command: ['/bin/sh', '-c', LOOK],
    user: 'root',
    cwd: '/',
    timeoutMs: LOOK_MS,
    show: false,
    onOutput: ({ data }) => {
      if (said.length < MARK.length) said += decoder.decode(data, { stream: true })
    },
  })
  return said.startsWith(MARK)
}

const MARK = 'interrupted'

/** Its journal has entries that are not in its database yet, or a package is between two states. */
const LOOK = `
[ -f /var/lib/dpkg/status ] || exit 0
if ls /var/lib/dpkg/updates/[0-9]* >/dev/null 2>&1 ||
  grep -Eq '^Status: .* (unpacked|half-configured|half-installed|triggers-awaited|triggers-pending)$' /var/lib/dpkg/status
then echo ${MARK}; fi
`.trim()

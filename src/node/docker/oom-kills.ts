import { runTool } from './run-tool.ts'
import type { ExecHost } from './exec-session.ts'

const LIMIT_MS = 10_000

/** The count of the container's control group, v2 or v1, as it sees it itself. */
const READ_COUNT = `
for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
  while read -r key value; do
    [ "$key" = oom_kill ] && echo "$value"
  done < "$file"
done 2>/dev/null
`

/** How many processes of the container the kernel has killed for want of memory; 0 where it does not say. */
export async function readOomKills(host: ExecHost): Promise<number> {
  const { output } = await runTool(host, [READ_COUNT], 0, LIMIT_MS)
  return Number.parseInt(output, 10) || 0
}

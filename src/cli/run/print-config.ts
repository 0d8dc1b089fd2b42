import { JobConfig } from '../../contract/harbor/job-config.ts'
import { type HarborJson, toHarborJson } from '../../core/job/harbor-json.ts'
import { toHarborTree } from '../../core/job/harbor-tree.ts'
import type { Host } from '../host.ts'
import type { ResolvedRun } from './resolve-run.ts'

/**
 * A configuration as Harbor prints it: what differs from the defaults, secrets hidden. Only the backend stands there as
 * it was asked for, so that reading the text again asks for the same: Harbor would leave its own default out.
 */
export function toPrintedConfig({ config, backend }: ResolvedRun, hostEnv: Host['env']): string {
  const tree = toHarborTree(JobConfig, config, { leaveOut: 'defaults', hostEnv, withOurs: true })
  const fields = new Map(entriesOf(tree))
  const named: [string, HarborJson][] = backend === 'docker' || backend === 'podman' ? [['type', backend]] : []
  const rest = entriesOf(fields.get('environment')).filter(([key]) => key !== 'type')
  const environment = new Map([...named, ...rest])
  if (environment.size === 0) fields.delete('environment')
  else fields.set('environment', environment)
  return toHarborJson(fields)
}

function entriesOf(tree: HarborJson | undefined): readonly [string, HarborJson][] {
  return tree instanceof Map ? [...tree] : []
}

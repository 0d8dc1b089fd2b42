import type { z } from 'zod'
import { AllowedHosts } from './allowed-hosts.ts'
import { choice } from './lax.ts'

export const NetworkMode = choice(['no-network', 'public', 'allowlist'])
export type NetworkMode = z.infer<typeof NetworkMode>

/** Fields of `[agent]` and `[verifier]`: an override of the environment's policy while that phase lasts. */
export const phaseNetworkShape = {
  network_mode: NetworkMode.nullable().default(null),
  allowed_hosts: AllowedHosts.nullable().default(null),
}

interface NetworkFields {
  readonly network_mode?: NetworkMode | null | undefined
  readonly allowed_hosts?: readonly string[] | null | undefined
}

/** Hosts are named for an allowlist only. An override without a mode may not even name an empty list. */
export function refuseStrayHosts(
  fields: NetworkFields,
  context: z.core.$RefinementCtx,
  unset: 'override' | 'public',
): void {
  const { network_mode: mode, allowed_hosts: hosts } = fields
  if (hosts === null || hosts === undefined || mode === 'allowlist') return
  const isOverride = unset === 'override' && (mode ?? null) === null
  if (hosts.length === 0 && !isOverride) return
  context.addIssue({
    code: 'custom',
    message: 'is only valid with network_mode = "allowlist"',
    path: ['allowed_hosts'],
  })
}

import { z } from 'zod'
import { AppError } from '../../contract/errors.ts'
import type { EnvironmentOptions } from './backend.ts'

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
const count = z.coerce.number().int().positive()
const list = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
])

/** The settings of `--ek` and of a config's `environment.kwargs`, as they are written there. */
const Settings = z.strictObject({
  network: z.string().min(1).optional(),
  build_network: z.string().min(1).optional(),
  host_gateway: flag.optional(),
  ca_bundle: z.string().min(1).optional(),
  pids_limit: count.optional(),
  no_new_privileges: flag.optional(),
  cap_drop: list.optional(),
  read_only: flag.optional(),
  keep_on_failure: flag.optional(),
})

const ENVIRONMENT_SETTINGS: Readonly<Record<keyof z.infer<typeof Settings>, string>> = {
  network: 'put the containers on this network (NAME or host)',
  build_network: 'network for image builds (NAME or host)',
  host_gateway: 'true: host.docker.internal is this host',
  ca_bundle: 'CA bundle of this host that builds and containers trust',
  pids_limit: 'most processes in a container',
  no_new_privileges: 'true: setuid programs gain nothing',
  cap_drop: 'capabilities to drop, comma-separated, or ALL',
  read_only: 'true: the root file system is read-only',
  keep_on_failure: 'true: the container of a trial that did not succeed is kept',
}

export interface ParsedOptions {
  readonly options: EnvironmentOptions
  readonly keepOnFailure: boolean
  /** What is on, for the trial's record. */
  readonly recorded: Readonly<Record<string, string | number | boolean | string[]>>
}

/** Throws AppError `invalid-input` naming each setting that is unknown or malformed. */
export function parseEnvironmentOptions(kwargs: Readonly<Record<string, unknown>>): ParsedOptions {
  const parsed = Settings.safeParse(kwargs)
  if (!parsed.success) {
    const issues = parsed.error.issues.map(
      (issue) => `${issue.path.join('.')}${issue.path.length > 0 ? ': ' : ''}${issue.message}`,
    )
    throw new AppError('invalid-input', `environment settings (--ek): ${issues.join('; ')}`, {
      details: { hint: `settings: ${Object.keys(ENVIRONMENT_SETTINGS).join(', ')}` },
    })
  }
  const set = parsed.data
  const on = Object.entries(set).flatMap(([key, value]) =>
    value === undefined || value === false ? [] : [[key, value] as const],
  )
  return {
    options: {
      network: set.network ?? null,
      buildNetwork: set.build_network ?? null,
      hostGateway: set.host_gateway ?? false,
      caBundle: set.ca_bundle ?? null,
      hardening: {
        pidsLimit: set.pids_limit ?? null,
        noNewPrivileges: set.no_new_privileges ?? false,
        dropCapabilities: set.cap_drop ?? [],
        readOnlyRoot: set.read_only ?? false,
      },
    },
    keepOnFailure: set.keep_on_failure ?? false,
    recorded: Object.fromEntries(on),
  }
}

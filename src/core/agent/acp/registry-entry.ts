import { z } from 'zod'
import { AppError } from '../../../contract/errors.ts'

const Env = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({})
const Words = z.array(z.string()).default([])

const Binary = z.object({
  archive: z.string().regex(/^https:\/\/[^\s]+$/, 'must be an HTTPS address'),
  cmd: z.string().min(1),
  args: Words,
  env: Env,
  checksum: z.string().nullish(),
  sha256: z.string().nullish(),
})
export type BinaryTarget = z.infer<typeof Binary>

const Package = z.object({ package: z.string().min(1), args: Words, env: Env })

const Local = z.object({ cmd: z.string().trim().min(1), args: Words, env: Env })

const Entry = z.object({
  id: z.string().regex(/^[a-z0-9][\w.-]*$/i, 'is no name of an agent'),
  version: z.string().min(1),
  distribution: z
    .object({
      binary: z.record(z.string(), Binary).nullish(),
      npx: Package.nullish(),
      uvx: Package.nullish(),
      local: Local.nullish(),
    })
    .refine((ways) => Object.values(ways).some((way) => way !== null && way !== undefined), 'names no way to get it'),
})
/** What an ACP registry says of one agent, as far as it is used. */
export type RegistryEntry = z.infer<typeof Entry>

/** Throws AppError `invalid-input` that names what is wrong; `source` says where the record comes from. */
export function parseRegistryEntry(record: unknown, source: string): RegistryEntry {
  const parsed = Entry.safeParse(record)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
  throw new AppError(
    'invalid-input',
    `${source} is no record of an ACP agent: ${where}${issue?.message ?? 'unknown'}`,
    {
      details: { hint: 'a record has an id, a version and a distribution' },
    },
  )
}

import { z } from 'zod'
import { choice, table, Text, TextOrNull, Texts, TextValues, rare } from './lax.ts'

const Transport = choice(['stdio', 'sse', 'streamable-http'])

const shape = {
  name: Text,
  transport: z
    .preprocess<unknown, typeof Transport, z.input<typeof Transport> | 'http'>(
      (value) => (value === 'http' ? 'streamable-http' : value),
      Transport,
    )
    .default('sse'),
  /** For sse and streamable-http. */
  url: TextOrNull,
  /** For stdio. */
  command: TextOrNull,
  args: Texts,
}

/** A tool server that a task brings along for its agent. */
export const McpServerConfig = rare(() => table(shape).superRefine(requireAddress))
export type McpServerConfig = z.infer<typeof McpServerConfig>

/**
 * A tool server that a job gives its agent. Harbor knows neither variables nor headers: they stand in our own record
 * of the job, in none of its files.
 */
export const AgentMcpServer = rare(() =>
  table({
    ...shape,
    /** Of the server's process, for stdio. */
    env: TextValues.meta({ omitEmpty: true, ours: true }),
    /** Of every request, for sse and streamable-http. */
    headers: TextValues.meta({ omitEmpty: true, ours: true }),
  }).superRefine(requireAddress),
)
export type AgentMcpServer = z.infer<typeof AgentMcpServer>

function requireAddress(
  { transport, url, command }: { transport: string; url: string | null; command: string | null },
  context: z.RefinementCtx,
): void {
  const [key, value] = transport === 'stdio' ? ['command', command] : ['url', url]
  if (value !== null && value !== '') return
  context.addIssue({ code: 'custom', message: `is missing: transport ${transport} needs it`, path: [key] })
}

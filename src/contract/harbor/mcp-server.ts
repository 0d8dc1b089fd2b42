import { z } from 'zod'
import { choice, table, Text, TextOrNull, Texts, rare } from './lax.ts'

const Transport = choice(['stdio', 'sse', 'streamable-http'])

/** A tool server that the agent may talk to. */
export const McpServerConfig = rare(() =>
  table({
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
  }).superRefine(({ transport, url, command }, context) => {
    const [key, value] = transport === 'stdio' ? ['command', command] : ['url', url]
    if (value !== null && value !== '') return
    context.addIssue({ code: 'custom', message: `is missing: transport ${transport} needs it`, path: [key] })
  }),
)
export type McpServerConfig = z.infer<typeof McpServerConfig>

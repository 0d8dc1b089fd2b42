import { z } from 'zod'
import { table, Text, Texts, rare } from './lax.ts'

/** A service of a Docker Compose file. */
export const ServiceName = rare(() =>
  Text.transform((name) => name.trim()).refine((name) => /^[a-z\d][\w.-]*$/i.test(name), {
    error:
      'expected the name of a Compose service: letters, digits, "_", "." and "-", beginning with a letter or digit',
  }),
)

const Source = Text.refine((source) => !hasParentPart(source), { error: 'a source may not contain ".." parts' })

/** A file or folder to keep from the environment. */
export const ArtifactConfig = rare(() =>
  table({
    source: Source,
    destination: Text.transform((destination) => (destination === '' ? null : destination))
      .superRefine((destination, context) => {
        const problem = destination === null ? null : destinationProblem(destination)
        if (problem !== null) context.addIssue({ code: 'custom', message: problem })
      })
      .nullable()
      .default(null),
    exclude: Texts,
    service: ServiceName.nullable().default(null),
  }).superRefine(({ service, source }, context) => {
    if (isMain(service) || /^(\/|[a-z]:[/\\])/i.test(source)) return
    context.addIssue({ code: 'custom', message: `must be an absolute path in service ${service}`, path: ['source'] })
  }),
)
export type ArtifactConfig = z.infer<typeof ArtifactConfig>

/** A path alone stands for an artifact with nothing else said. */
export const ArtifactEntry = z.union([Text, ArtifactConfig])
export type ArtifactEntry = z.infer<typeof ArtifactEntry>

/** The same in a task.toml, where a bare path is checked like a source. */
export const TaskArtifactEntry = z.union([Source, ArtifactConfig])

function isMain(service: string | null): boolean {
  return service === null || service === 'main'
}

function hasParentPart(path: string): boolean {
  return path.split('/').includes('..')
}

function destinationProblem(path: string): string | null {
  if (path.includes('\\')) return 'a destination uses forward slashes'
  if (path.startsWith('/')) return 'a destination is relative to the artifacts folder'
  if (hasParentPart(path)) return 'a destination may not contain ".." parts'
  if (path.split('/').every((part) => part === '' || part === '.')) return 'a destination must name a file or folder'
  return path.replace(/\/+$/, '') === 'manifest.json'
    ? 'the destination manifest.json is taken by the manifest itself'
    : null
}

import type { z } from 'zod'
import { FilePath, list, table, Text, TextOrNull, Texts } from './lax.ts'
import { MetricConfig } from './metric-config.ts'
import { Author, PackageName } from './task-config.ts'

const DigestText = Text.regex(/^sha256:[\da-f]{64}$/, { error: 'expected "sha256:" and 64 hexadecimal digits' })

/** `dataset.toml`: the tasks of a dataset by name, each with the digest of its content. */
export const DatasetManifest = table({
  schema_version: Text.default('1.0'),
  dataset: table({
    name: PackageName,
    version: Text.min(1, { error: 'expected a version, got empty text' }).nullable().default(null),
    description: Text.default(''),
    authors: list(Author).default(() => []),
    keywords: Texts,
  }),
  tasks: list(table({ name: PackageName, digest: DigestText })).default(() => []),
})
export type DatasetManifest = z.infer<typeof DatasetManifest>

/** `registry.json`: datasets with their versions. A task is in a Git repository or, without `git_url`, on this machine. */
export const Registry = list(
  table({
    name: Text,
    version: Text,
    description: Text,
    tasks: list(
      table({
        name: Text,
        git_url: TextOrNull,
        git_commit_id: TextOrNull,
        path: FilePath,
      }),
    ),
    metrics: list(MetricConfig).default(() => []),
  }),
)
export type Registry = z.infer<typeof Registry>

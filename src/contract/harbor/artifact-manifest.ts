import type { z } from 'zod'
import { choice, list, table, Text, TextList, TextOrNull } from './lax.ts'

/** One artifact as it was collected. */
export const ManifestEntry = table({
  source: Text,
  /** Relative to the trial's folder. */
  destination: Text,
  type: choice(['file', 'directory']),
  status: choice(['ok', 'failed', 'empty', 'skipped']),
  /** Null: main. */
  service: TextOrNull,
  /** Null in older manifests. */
  exclude: TextList.nullable().default(null),
})
export type ManifestEntry = z.infer<typeof ManifestEntry>

/** `artifacts/manifest.json`: the bare list. */
export const ArtifactManifest = list(ManifestEntry)
export type ArtifactManifest = z.infer<typeof ArtifactManifest>

import { z } from 'zod'
import { choice, expected, Float, list, strictTable, Text } from './lax.ts'

/** Spellings that providers use for the registered audio types. */
const AUDIO_ALIASES: Readonly<Record<string, string>> = {
  'audio/mp3': 'audio/mpeg',
  'audio/mpga': 'audio/mpeg',
  'audio/x-mpeg': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'audio/x-aac': 'audio/aac',
  'audio/x-flac': 'audio/flac',
  'audio/x-aiff': 'audio/aiff',
}

const MediaType = choice([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'audio/wav',
  'audio/mpeg',
  'audio/mp4',
  'audio/aac',
  'audio/ogg',
  'audio/flac',
  'audio/webm',
  'audio/aiff',
])

/** A picture or sound in a file beside the trajectory, or behind a URL. */
const MediaSource = strictTable({
  media_type: z.preprocess<unknown, typeof MediaType, string>(normalizeAudio, MediaType),
  path: Text,
  /** Seconds; of sounds only. */
  duration_sec: Float.refine((seconds) => !(seconds < 0), { error: expected('a duration of at least 0') })
    .nullable()
    .optional(),
}).superRefine(({ media_type, duration_sec }, context) => {
  if (duration_sec === undefined || media_type.startsWith('audio/')) return
  context.addIssue({ code: 'custom', message: 'is only valid for audio', path: ['duration_sec'] })
})

const fields = strictTable({
  type: choice(['text', 'image', 'audio']),
  text: Text.nullable().optional(),
  source: MediaSource.nullable().optional(),
})

/** A part of a message: text, or a picture or sound by reference. */
const ContentPart = fields.superRefine((part, context) => {
  const [needed, excess] = part.type === 'text' ? (['text', 'source'] as const) : (['source', 'text'] as const)
  const refuse = (path: string[], message: string): void => context.addIssue({ code: 'custom', message, path })
  if ((part[needed] ?? null) === null) refuse([needed], `is missing: a part of type ${part.type} needs it`)
  if ((part[excess] ?? null) !== null) refuse([excess], `may not stand in a part of type ${part.type}`)
  const mediaType = part.source?.media_type
  if (part.type === 'text' || mediaType === undefined || mediaType.startsWith(`${part.type}/`)) return
  refuse(['source', 'media_type'], `is ${mediaType} in a part of type ${part.type}`)
})

/** Text, or parts of several kinds. */
export const Content = z.union([Text, list(ContentPart)])
export type Content = z.infer<typeof Content>

function normalizeAudio(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const name = value.trim().toLowerCase()
  // Only audio types have aliases and free case; pictures are spelt as they are registered.
  return name.startsWith('audio/') ? (AUDIO_ALIASES[name] ?? name) : value
}

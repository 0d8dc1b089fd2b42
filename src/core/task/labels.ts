import type { TaskConfig } from '../../contract/harbor/task-config.ts'
import type { TaskLabels } from '../../contract/trial.ts'

/** What a task says of itself in its free metadata; anything but short text says nothing. */
export function taskLabels({ metadata }: Pick<TaskConfig, 'metadata'>): Omit<TaskLabels, 'source'> {
  const { difficulty, category, tags } = metadata
  return {
    difficulty: label(difficulty),
    category: label(category),
    tags: Array.isArray(tags) ? tags.flatMap((tag) => label(tag) ?? []) : [],
  }
}

const MAX_LABEL = 100

function label(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_LABEL) : null
}

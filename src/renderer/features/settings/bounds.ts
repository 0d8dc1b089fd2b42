import type { Setting } from '../../../contract/api/settings.ts'

type Bounded = Pick<Setting, 'type' | 'min' | 'max' | 'unit' | 'nullLabel'>

/** What a number may be, for its help: `From 10 to 86,400 s, or empty: as the task says.` Empty where nothing is to be said. */
export function describeRange({ min, max, unit, nullLabel }: Bounded): string {
  if (min === null || max === null) return ''
  return `From ${range(min, max)}${unit === null ? '' : ` ${unit}`}${orEmpty(nullLabel)}.`
}

/** What should be there in place of what is: `A whole number from 1 to 256`. */
export function describeBounds({ type, min, max, nullLabel }: Bounded): string {
  const kind = type === 'integer' ? 'A whole number' : type === 'number' ? 'A number' : 'A text'
  return `${kind}${min === null || max === null ? '' : ` from ${range(min, max)}`}${orEmpty(nullLabel)}`
}

function range(min: number, max: number): string {
  return `${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}`
}

function orEmpty(nullLabel: string | null): string {
  return nullLabel === null ? '' : `, or empty: ${nullLabel}`
}

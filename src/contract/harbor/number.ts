const FLOAT = Symbol('float')

/** A number that Harbor's files write as a float even where it is whole: `1.0`. JavaScript alone cannot tell it from `1`. */
export interface HarborFloat {
  readonly [FLOAT]: number
}

/** A number of a JSON file with its kind kept: floats are tagged, integers beyond 2^53 are bigint. */
export type HarborNumber = number | bigint | HarborFloat

/** Tags a number as a float, so that 1 is written as `1.0`. */
export function float(value: number): HarborFloat {
  return { [FLOAT]: value }
}

export function isHarborFloat(value: unknown): value is HarborFloat {
  return typeof value === 'object' && value !== null && FLOAT in value
}

/** The plain value; a bigint loses what a double cannot hold. */
export function toNumber(value: HarborNumber): number {
  if (typeof value === 'number') return value
  return typeof value === 'bigint' ? Number(value) : value[FLOAT]
}

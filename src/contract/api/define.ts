import type { z } from 'zod'

/** One question that a page can ask the engine. */
export interface Procedure<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly input: Input
  readonly output: Output
}

/**
 * One stream that a page can follow. `resume` gives the parameters with which a subscription goes on after `last`, so
 * that a new connection has neither a gap nor a double; a topic without a position sends its whole state first.
 */
export interface Topic<Params extends z.ZodType = z.ZodType, Item extends z.ZodType = z.ZodType> {
  readonly params: Params
  readonly item: Item
  readonly resume: (params: z.output<Params>, last: z.output<Item>) => z.output<Params>
}

export function procedure<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): Procedure<Input, Output> {
  return { input, output }
}

export function topic<Params extends z.ZodType, Item extends z.ZodType>(
  params: Params,
  item: Item,
  resume: (params: z.output<Params>, last: z.output<Item>) => z.output<Params> = (same) => same,
): Topic<Params, Item> {
  return { params, item, resume }
}

/** One line of the table: ours against a baseline that was measured in the same run. */
export interface BenchRow {
  readonly name: string
  /** What the baseline does, in a few words. */
  readonly baseline: string
  readonly baselineValue: number
  readonly ourValue: number
  /** Of both values. */
  readonly unit: string
  readonly higherIsBetter: boolean
  /** Bound of ours divided by the baseline: at least this where higher is better, else at most. */
  readonly gate: number
  /** An absolute value that is good enough whatever the baseline did, of machines that are fast enough to show it. */
  readonly target?: number
  /** E.g. an absolute target, or what else was checked. */
  readonly note?: string
  /** Lines that belong below the table. */
  readonly details?: readonly string[]
}

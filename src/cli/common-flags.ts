/** Flags that several commands share. */
export interface CommonFlags {
  readonly jobsDir?: string
  readonly debug?: boolean
  readonly json?: boolean
}

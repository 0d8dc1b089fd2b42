/** Where a failure has nobody else who could be told. */
export function report(what: string, error: unknown): void {
  process.stderr.write(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}

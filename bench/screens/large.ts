import type { BenchRow } from '../row.ts'
export async function benchLarge(): Promise<readonly BenchRow[]> { return [] }

// Loaded into a measured process before anything else: leaves the most memory that was resident at once, in KiB.
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

process.on('exit', () => {
  if (isMainThread) writeFileSync(process.env['TBCC_BENCH_PEAK'] ?? '', String(process.resourceUsage().maxRSS))
})

import { useAddress } from '../../app/router.ts'
import { parseRef, parseSides } from '../../components/compare-path.ts'
import { JobComparison } from './jobs/job-comparison.tsx'
import { TrialComparison } from './trials/trial-comparison.tsx'

/** Jobs side by side on the tasks they share, or two trials of one task step by step; the address says which. */
export function Compare() {
  const { query } = useAddress('compare')
  const a = parseRef(query['a'])
  const b = parseRef(query['b'])
  if (a !== null && b !== null) return <TrialComparison key={`${query['a'] ?? ''} ${query['b'] ?? ''}`} a={a} b={b} />
  return <JobComparison sides={parseSides(query['sides'] ?? '')} />
}

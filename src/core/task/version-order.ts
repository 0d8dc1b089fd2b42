/** Orders versions such as 2.0, 2.10 and 2.10rc1 from old to new; what is no version comes before all that are. */
export function compareVersions(one: string, other: string): number {
  const [first, second] = [parseVersion(one), parseVersion(other)]
  if (first === null || second === null) {
    if (first === null && second === null) return one < other ? -1 : Number(one > other)
    return first === null ? -1 : 1
  }
  const length = Math.max(first.numbers.length, second.numbers.length)
  for (let index = 0; index < length; index++) {
    const difference = (first.numbers[index] ?? 0) - (second.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  // A version before its release: 2.0rc1 is older than 2.0.
  if (first.rest === '' || second.rest === '') return Number(first.rest === '') - Number(second.rest === '')
  return first.rest.localeCompare(second.rest, 'en', { numeric: true })
}

function parseVersion(text: string): { readonly numbers: readonly number[]; readonly rest: string } | null {
  const match = /^v?(\d+(?:\.\d+)*)(.*)$/.exec(text.trim())
  return match === null ? null : { numbers: (match[1] ?? '').split('.').map(Number), rest: match[2] ?? '' }
}

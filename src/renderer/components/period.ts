/** From when on, as `since` of a filter: days of people are local, instants are UTC with microseconds, as the index has them. */
export function sinceToday(now = new Date()): string {
  return toTimestamp(new Date(now.getFullYear(), now.getMonth(), now.getDate()))
}

export function sinceDaysAgo(days: number, now = new Date()): string {
  return toTimestamp(new Date(now.getTime() - days * 86_400_000))
}

/** The local day of it, `2026-03-04`; what is no instant, as it stands. */
export function formatDay(since: string): string {
  const date = new Date(since)
  if (Number.isNaN(date.getTime())) return since
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}

function toTimestamp(date: Date): string {
  return date.toISOString().replace('Z', '000Z')
}

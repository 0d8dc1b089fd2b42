const CALENDAR_DATE = /^(\d{4})(-?)(\d\d)\2(\d\d)/
const WEEK_DATE = /^(\d{4})(-?)W(\d\d)(?:\2([1-7]))?/
const CLOCK = String.raw`([01]\d|2[0-3])(:[0-5]\d(:[0-5]\d([.,]\d+)?)?|[0-5]\d([0-5]\d([.,]\d+)?)?)?`
/** Any one character may stand between date and time. */
const TIME = new RegExp(`^.${CLOCK}(Z|[+-]${CLOCK})?$`, 'su')

/** Whether the text is a date or time of ISO 8601: basic or extended, calendar or week date, with or without an offset. */
export function isIsoTimestamp(text: string): boolean {
  const date = calendarDate(text) ?? weekDate(text)
  if (date === null) return false
  const rest = text.slice(date.length)
  return rest === '' || rest === 'Z' || TIME.test(rest)
}

/** The leading calendar date, where such a day exists. */
function calendarDate(text: string): string | null {
  const match = CALENDAR_DATE.exec(text)
  if (match === null) return null
  const day = `${match[1]}-${match[3]}-${match[4]}`
  const date = new Date(`${day}T00:00:00Z`)
  const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) && match[1] !== '0000'
  return exists ? match[0] : null
}

function weekDate(text: string): string | null {
  const match = WEEK_DATE.exec(text)
  if (match === null) return null
  const week = Number(match[3])
  return week >= 1 && week <= weeksOf(Number(match[1])) ? match[0] : null
}

/** A year has 53 weeks when it begins or ends on a Thursday. */
function weeksOf(year: number): number {
  const weekday = (month: number, day: number): number => new Date(Date.UTC(year, month, day)).getUTCDay()
  return weekday(0, 1) === 4 || weekday(11, 31) === 4 ? 53 : 52
}

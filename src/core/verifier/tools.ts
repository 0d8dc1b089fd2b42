/** Most lines shown as evidence. */
const SHOWN_LINES = 8

/** No tool says its trouble in a longer line. */
const MAX_LINE = 2000

/**
 * The lines of a verifier's output that show that it could not fetch its own tools (apt, curl, uv, pip, network);
 * empty where nothing shows that. Ask only when no test ran: a test that did run may print such lines itself.
 *
 * What a test of the work itself prints must not pass for that: a line about the container's own addresses never
 * counts, and one that names no address only beside another that does show it.
 */
export function findToolTrouble(output: string): readonly string[] {
  const lines = output
    .split(/\r?\n/)
    .map((line) => line.slice(0, MAX_LINE))
    .filter((line) => !isAboutItself(line))
  if (!lines.some((line) => matches(line, TROUBLE) && !matches(line, ADDRESSLESS))) return []
  return lines
    .filter((line) => matches(line, TROUBLE))
    .map((line) => line.trim().slice(0, 300))
    .slice(0, SHOWN_LINES)
}

/** Whether the output shows a test run that came to a result. */
export function showsTestResults(output: string): boolean {
  return /^=+ .*\b\d+ (passed|failed|errors?)\b.* =+$/m.test(output) || /^(PASSED|FAILED) \S+::/m.test(output)
}

/** It names the container itself, and no other place: whoever asked there looked at the work. */
function isAboutItself(line: string): boolean {
  return ITSELF.test(line) && !ELSEWHERE.test(line)
}

function matches(line: string, patterns: readonly RegExp[]): boolean {
  return patterns.some((pattern) => pattern.test(line))
}

const ITSELF = /(^|[^\w.-])(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|0\.0\.0\.0|\[?::1?\]?)(?![\w-]|\.\w)/
const ELSEWHERE = /(:\/\/|\bhost=')(?!([\w-]+\.)*localhost(?![\w.-])|127\.|0\.0\.0\.0|\[?::1?[\]'])/

/** A name with a dot or an address, of none of the networks that containers are on. */
const REMOTE = String.raw`(?!10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)[\w-]+\.\w`

/** Trouble that does not say with whom: a service that is the work, or the test of one, prints such lines as well. */
const ADDRESSLESS: readonly RegExp[] = [
  new RegExp(String.raw`^curl: \(\d+\) (?!.*(resolve (host|proxy): |connect(ion)? to )${REMOTE})`),
  new RegExp(String.raw`^(Resolving|Connecting to) (?!${REMOTE})`),
  new RegExp(String.raw`^wget: (server returned error|(?!.*[ ('‘]${REMOTE}))`),
  /^\s*(├─▶|╰─▶|Caused by:)(?!.*(:\/\/|dns error))/,
  new RegExp(
    String.raw`^(?!WARNING: Retrying |.*host='${REMOTE}).*\b(NewConnectionError|ConnectTimeoutError|MaxRetryError)\b`,
  ),
  /^npm (ERR!|error) code /,
]

const TROUBLE: readonly RegExp[] = [
  // apt
  /^E: (Failed to fetch|Unable to fetch|Unable to locate package|Could not (get lock|open lock|connect)|The repository .* (does not have|no longer has) a Release file)/,
  /^(W|Err|E):? .*(Temporary failure resolving|Could not resolve|Could not connect to|Connection (timed out|failed|refused))/,
  /^Err:\d+ /,
  /dpkg was interrupted, you must manually run/,
  // curl and wget
  /^curl: \((5|6|7|16|18|22|28|35|47|51|52|55|56|60|77|92|97)\) /,
  /^wget: (unable to resolve|bad address|can't connect|server returned error)/,
  /^(Resolving|Connecting to) .*(failed|refused|timed out)/,
  /^(.*: )?line \d+: (curl|wget|uv|uvx|pip3?|apt-get): command not found$/,
  /^(.*: )?line \d+: \S*\/\.local\/bin\/env: No such file or directory$/,
  // uv and pip
  /^(error|\s*(├─▶|╰─▶|Caused by:)).*(Failed to (fetch|download)|error sending request|dns error|tcp connect error|client error \(Connect\)|operation timed out)/i,
  /^ERROR: Could not find a version that satisfies the requirement .* \(from versions: none\)/,
  /^WARNING: Retrying .* after connection broken by/,
  /\b(NewConnectionError|ConnectTimeoutError|NameResolutionError|MaxRetryError)\b/,
  /^(npm (ERR!|error)) (code|network) .*\b(ENOTFOUND|ECONNREFUSED|ETIMEDOUT|ECONNRESET|EAI_AGAIN)\b/,
  // anything
  /Temporary failure in name resolution/,
  /^(fatal|error): unable to access '.*': (Could not resolve|Failed to connect)/,
]

/** Most lines shown as evidence. */
const SHOWN_LINES = 8

/**
 * The lines of a verifier's output that show that it could not fetch its own tools (apt, curl, uv, pip, network);
 * empty where nothing shows that. Ask only when no test ran: a test that did run may print such lines itself.
 */
export function findToolTrouble(output: string): readonly string[] {
  const lines = output.split(/\r?\n/)
  return lines
    .filter((line) => TROUBLE.some((pattern) => pattern.test(line)))
    .map((line) => line.trim().slice(0, 300))
    .slice(0, SHOWN_LINES)
}

/** Whether the output shows a test run that came to a result. */
export function showsTestResults(output: string): boolean {
  return /^=+ .*\b\d+ (passed|failed|errors?)\b.* =+$/m.test(output) || /^(PASSED|FAILED) \S+::/m.test(output)
}

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

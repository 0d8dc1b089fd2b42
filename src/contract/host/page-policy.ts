/**
 * The Content-Security-Policy of the page, whoever hands it out. Everything it needs is its own files; `connect` names
 * what else it may talk to. Styles that xterm and the dialogs make while they run are allowed: with no foreign address
 * reachable they can carry nothing away.
 */
export function pagePolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    // Images of job folders come as data, through the engine.
    "img-src 'self' data: blob:",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ')
}

import { AppError, toAppError } from '../contract/errors.ts'
import { plainText } from './text/plain.ts'
import type { Style } from './text/style.ts'

/** The user asked for something that cannot be; `hint` says what to do instead. */
export function usageError(message: string, hint?: string): AppError {
  return new AppError('invalid-input', message, hint === undefined ? {} : { details: { hint } })
}

/**
 * An error as people read it: what happened and why, the lines that show it, what to do. The stack of it and of its
 * causes only for `debug`.
 */
export function describeError(thrown: unknown, options: { readonly debug: boolean; readonly style: Style }): string {
  const error = toAppError(thrown)
  const { hint, log } = error.details
  const lines = [`${options.style('red', 'error:')} ${plainText(error.message)}`]
  if (log !== undefined && log !== '') lines.push(indent(plainText(log.trimEnd()), '  | '))
  if (hint !== undefined) lines.push(`${options.style('bold', 'hint:')} ${plainText(hint)}`)
  if (error.code === 'internal' && hint === undefined) lines.push(reportAdvice(options))
  if (options.debug) lines.push(indent(plainText(stackOf(error)), '  '))
  return `${lines.join('\n')}\n`
}

function reportAdvice({ debug, style }: { readonly debug: boolean; readonly style: Style }): string {
  const advice = 'this is a mistake in tbcc, not in your task'
  return `${style('bold', 'hint:')} ${advice}${debug ? '' : '; the same command with --debug shows where'}`
}

function stackOf(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`
  return error.cause instanceof Error ? `${own}\ncaused by: ${stackOf(error.cause)}` : own
}

function indent(text: string, margin: string): string {
  return text
    .split('\n')
    .map((line) => margin + line)
    .join('\n')
}

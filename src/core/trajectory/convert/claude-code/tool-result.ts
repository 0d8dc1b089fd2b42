import { asRecord, type Fields } from '../../../agent/logs/fields.ts'
import { hasText, isTruthy, strip, stripEnd, textOrJson, toPythonJson, toPythonText } from '../python.ts'

/** A tool's answer as Harbor words it, and what it keeps of the answer's structure. */
export interface FormattedResult {
  readonly text: string | null
  readonly extra: Fields | null
}

/** `structured`: what the CLI knows of the answer beside the text that the model sees. */
export function formatToolResult(block: Fields, structured: unknown): FormattedResult {
  const known = asRecord(structured)
  const about = known === null || !isTruthy(known) ? null : known
  const failed = block['is_error'] === true
  const parts = [...contentParts(block['content']), ...(about === null ? [] : structuredParts(about))]
  if (failed) parts.push('[error] tool reported failure')
  const metadata = {
    ...(about === null ? {} : { tool_use_result: about }),
    ...(failed ? { is_error: true } : {}),
  }
  const hasMetadata = about !== null || failed
  const extra = {
    ...(hasMetadata ? { tool_result_metadata: { ...metadata, raw_tool_result: block } } : {}),
    ...(isPresent(block['is_error']) ? { tool_result_is_error: block['is_error'] } : {}),
  }
  const text = strip(parts.filter((part) => part !== '').join('\n\n'))
  return { text: text === '' ? null : text, extra: Object.keys(extra).length === 0 ? null : extra }
}

function contentParts(content: unknown): string[] {
  if (typeof content === 'string') return hasText(content) ? [strip(content)] : []
  if (!Array.isArray(content)) return isPresent(content) ? [toPythonJson(content)] : []
  return content.map((item: unknown) => textOrJson(item)).flatMap((text) => (hasText(text) ? [strip(text)] : []))
}

const NAMED: ReadonlySet<string> = new Set(['stdout', 'stderr', 'exitCode', 'exit_code', 'interrupted', 'isImage'])

function structuredParts(about: Fields): string[] {
  const { stdout, stderr, interrupted, isImage } = about
  const exitCode = isTruthy(about['exitCode']) ? about['exitCode'] : about['exit_code']
  const rest = Object.fromEntries(Object.entries(about).filter(([key]) => !NAMED.has(key)))
  const chunks = [
    ...(isTruthy(stdout) ? [stripEnd(`[stdout]\n${toPythonText(stdout)}`)] : []),
    ...(isTruthy(stderr) ? [stripEnd(`[stderr]\n${toPythonText(stderr)}`)] : []),
    ...(isPresent(exitCode) && exitCode !== 0 && exitCode !== false ? [`[exit_code] ${toPythonText(exitCode)}`] : []),
    ...(isTruthy(interrupted) ? [`[interrupted] ${toPythonText(interrupted)}`] : []),
    ...(isTruthy(isImage) ? [`[is_image] ${toPythonText(isImage)}`] : []),
    ...(Object.keys(rest).length > 0 ? [`[metadata] ${toPythonJson(rest)}`] : []),
  ]
  return chunks.length === 0 ? [] : [chunks.join('\n')]
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

import { quote } from '../shell.ts'
import type { Replacement } from './map-call.ts'
import type { ReplayShell } from './shell.ts'

export interface ToolReply {
  readonly content: string
  readonly isError: boolean
}

/** Writes a file through the shell, so that relative paths mean what they meant. */
export async function writeFile(shell: ReplayShell, path: string, content: string): Promise<ToolReply> {
  const target = quote(path)
  const { exitCode, output } = await shell.run(
    `mkdir -p -- "$(dirname -- ${target})" && base64 -d > ${target} <<'END'\n${toBase64(content)}\nEND`,
  )
  return { content: exitCode === 0 ? `wrote ${path}` : output, isError: exitCode !== 0 }
}

/** Replaces text in a file as the recorded edit did; an edit whose old text is not there fails as it would have. */
export async function editFile(shell: ReplayShell, path: string, edits: readonly Replacement[]): Promise<ToolReply> {
  const read = await shell.run(`base64 -w0 < ${quote(path)}`, { keep: Number.POSITIVE_INFINITY })
  if (read.exitCode !== 0) return { content: read.output, isError: true }
  let content = fromBase64(read.output.trim())
  for (const { oldText, newText, all } of edits) {
    if (oldText !== '' && !content.includes(oldText))
      return { content: `the text to replace is not in ${path}`, isError: true }
    content = all ? content.replaceAll(oldText, () => newText) : content.replace(oldText, () => newText)
  }
  return writeFile(shell, path, content)
}

function toBase64(text: string): string {
  let binary = ''
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte)
  return btoa(binary)
}

function fromBase64(encoded: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)))
}

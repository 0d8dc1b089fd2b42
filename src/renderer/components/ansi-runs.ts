import Convert from 'ansi-to-html'
import { cleanAnsi } from './ansi-clean.ts'

/** A piece of text and how it looks. */
export interface AnsiRun {
  readonly text: string
  readonly style: AnsiStyle
}

export interface AnsiStyle {
  readonly color?: string
  readonly backgroundColor?: string
  readonly fontWeight?: 600
  readonly fontStyle?: 'italic'
  readonly textDecoration?: string
}

/**
 * Output of a program as pieces with their colours. The converter's markup is parsed as a document that is never shown,
 * and only its text and the few styles below are taken over: nothing that was printed becomes an element of the page.
 */
export function toAnsiRuns(text: string): readonly AnsiRun[] {
  const converter = createConverter()
  const runs: AnsiRun[] = []
  for (const chunk of inChunks(cleanAnsi(text))) {
    const { body } = new DOMParser().parseFromString(`<body>${converter.toHtml(chunk)}`, 'text/html')
    collect(body, {}, runs)
  }
  return runs
}

/** The converter copies what is left with every piece that it takes: its time grows with the square of a text's length. */
const CHUNK_CHARS = 4096

/** The text in pieces that end between lines, or at least not within an escape. */
function* inChunks(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const line = text.lastIndexOf('\n', from + CHUNK_CHARS) + 1
    const escape = text.lastIndexOf('\u001b', from + CHUNK_CHARS)
    const ends = [from + CHUNK_CHARS >= text.length ? text.length : 0, line, escape]
    const to = ends.find((end) => end > from) ?? from + CHUNK_CHARS
    yield text.slice(from, to)
    from = to
  }
}

function createConverter(): Convert {
  const colors = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [index, `var(--ansi-${index})`]))
  return new Convert({ escapeXML: true, newline: false, stream: true, fg: 'inherit', bg: 'transparent', colors })
}

function collect(node: Node, style: AnsiStyle, runs: AnsiRun[]): void {
  for (const child of node.childNodes) {
    if (child instanceof Element) collect(child, { ...style, ...styleOf(child) }, runs)
    else if (child.nodeType === Node.TEXT_NODE && child.nodeValue !== null) runs.push({ text: child.nodeValue, style })
  }
}

const TAGS: Readonly<Record<string, AnsiStyle>> = {
  B: { fontWeight: 600 },
  I: { fontStyle: 'italic' },
  U: { textDecoration: 'underline' },
  STRIKE: { textDecoration: 'line-through' },
}

function styleOf(element: Element): AnsiStyle {
  const [, name, value] =
    /^(color|background-color):(#[\da-f]{6}|var\(--ansi-\d+\)|inherit|transparent)$/i.exec(
      element.getAttribute('style') ?? '',
    ) ?? []
  if (value !== undefined) return name === 'color' ? { color: value } : { backgroundColor: value }
  return TAGS[element.tagName] ?? {}
}

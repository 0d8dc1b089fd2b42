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
  const html = createConverter().toHtml(cleanAnsi(text))
  const runs: AnsiRun[] = []
  collect(new DOMParser().parseFromString(`<body>${html}`, 'text/html').body, {}, runs)
  return runs
}

function createConverter(): Convert {
  const colors = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [index, `var(--ansi-${index})`]))
  return new Convert({ escapeXML: true, newline: false, fg: 'inherit', bg: 'transparent', colors })
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

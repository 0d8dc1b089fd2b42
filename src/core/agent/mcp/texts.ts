import type { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'

/** One text of a server's definition. */
export interface ServerText {
  readonly text: string
  /** Where it stands in the definition, e.g. `url`, `args.0`, `headers.Authorization`. */
  readonly place: string
  /** What the place is called; null: it says nothing of what stands there. */
  readonly label: string | null
}

/** A server with all its texts but its name replaced. */
export function mapServerTexts(server: AgentMcpServer, map: (text: ServerText) => string): AgentMcpServer {
  const named = (values: Readonly<Record<string, string>>, section: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).map(([name, text]) => [name, map({ text, place: `${section}.${name}`, label: name })]),
    )
  const plain = (text: string | null, place: string): string | null =>
    text === null ? null : map({ text, place, label: null })
  return {
    ...server,
    url: plain(server.url, 'url'),
    command: plain(server.command, 'command'),
    args: server.args.map((text, index) =>
      map({ text, place: `args.${index}`, label: flagBefore(server.args, index) }),
    ),
    env: named(server.env, 'env'),
    headers: named(server.headers, 'headers'),
  }
}

/** All texts of a server but its name. */
export function textsOfServer(server: AgentMcpServer): readonly ServerText[] {
  const texts: ServerText[] = []
  mapServerTexts(server, (text) => {
    texts.push(text)
    return text.text
  })
  return texts
}

/** `--token` in front of a word that is no flag itself. */
function flagBefore(args: readonly string[], index: number): string | null {
  const before = args[index - 1] ?? ''
  return /^--?[A-Za-z][\w.-]*$/.test(before) && !args[index]?.startsWith('-') ? before : null
}

/** The maps that say something: a server without variables or headers is written as ever. */
export function unlessEmpty(
  maps: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return Object.fromEntries(Object.entries(maps).filter(([, values]) => Object.keys(values).length > 0))
}

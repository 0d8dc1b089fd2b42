import { toList, toObject } from './json.ts'
import type { OfferedTool } from './types.ts'

/** Names under which clients offer a shell, the most telling first. */
const SHELL_NAMES = ['bash', 'exec_command', 'run_shell_command', 'shell_command', 'shell', 'execute_bash', 'terminal']
const COMMAND_NAMES = ['command', 'cmd', 'script', 'code']

/** A call of the client's shell; null: it offers none. */
export function toShellCall(
  tools: readonly OfferedTool[],
  command: string,
): { readonly tool: OfferedTool; readonly arguments: object } | null {
  // Servers and extensions put their own name before the tool's: `developer__shell`.
  const tool = SHELL_NAMES.map((name) =>
    tools.find((tool) => !tool.freeform && tool.name.toLowerCase().split('__').at(-1) === name),
  ).find((tool) => tool !== undefined)
  if (tool === undefined) return null
  const properties = toObject(toObject(tool.parameters)['properties'])
  const name = COMMAND_NAMES.find((name) => properties[name] !== undefined)
  if (name === undefined) return null
  const takesWords = String(toObject(properties[name])['type']).toLowerCase() === 'array'
  const rest = toObject(exampleOf(tool.parameters))
  return { tool, arguments: { ...rest, [name]: takesWords ? ['bash', '-lc', command] : command } }
}

/** The smallest value that a JSON schema allows, as far as agents' schemas go. */
export function exampleOf(schema: unknown): unknown {
  const fields = toObject(schema)
  if (fields['const'] !== undefined) return fields['const']
  const [choice] = toList(fields['enum'])
  if (choice !== undefined) return choice
  const [option] = [...toList(fields['anyOf']), ...toList(fields['oneOf'])]
  if (option !== undefined) return exampleOf(option)
  const type = Array.isArray(fields['type']) ? toList(fields['type'])[0] : fields['type']
  switch (String(type).toLowerCase()) {
    case 'string':
      return 'test'
    case 'number':
    case 'integer':
      return fields['minimum'] ?? 1
    case 'boolean':
      return false
    case 'array':
      return []
    case 'null':
      return null
    default:
      return exampleObject(fields)
  }
}

function exampleObject(fields: Readonly<Record<string, unknown>>): object {
  const properties = toObject(fields['properties'])
  const required = toList(fields['required']).map(String)
  return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name])]))
}

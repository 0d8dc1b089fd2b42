import type { AgentMcpServer } from '../../../../contract/harbor/mcp-server.ts'
import { AppError } from '../../../../contract/errors.ts'
import { unlessEmpty } from '../../mcp/texts.ts'
import { instructionAsJson } from '../instruction-as-json.ts'
import { PRIVATE_FOLDER } from '../private-files.ts'

export const RECIPE_FILE = `${PRIVATE_FOLDER}/recipe.yaml`
/** A private file of the run: the recipe up to its last field. */
export const RECIPE_HEAD = 'recipe-head.json'

/** Writes what goose is to do: a document, into which the instruction is put as its last field. */
export function writeRecipe(): string {
  return [
    instructionAsJson('prompt', ['{', '}']),
    `(umask 077 && printf '%s, "prompt": "%s"}\\n' "$(< ${PRIVATE_FOLDER}/${RECIPE_HEAD})" "$prompt" > ${RECIPE_FILE})`,
  ].join('\n')
}

export function toRecipeHead(servers: readonly AgentMcpServer[]): string {
  const recipe = {
    version: '1.0.0',
    title: 'benchmark-task',
    description: 'A task of a benchmark',
    instructions: INSTRUCTIONS,
    extensions: [
      { type: 'builtin', name: 'developer' },
      { type: 'platform', name: 'todo' },
      ...servers.map((server) => toExtension(server)),
    ],
  }
  // Recipes are templates, too: what is between two braces would be looked up. In JSON they meet in texts only.
  return JSON.stringify(recipe)
    .slice(0, -1)
    .replaceAll('{{', String.raw`{\u007b`)
    .replaceAll('{%', String.raw`{\u0025`)
}

/** What Harbor tells goose before the task, in other words: that nobody is there to answer. */
const INSTRUCTIONS =
  'Complete the task that you are given. You run in a container, as a part of a benchmark of agents that work with a ' +
  'language model. Nobody looks on, answers questions or tells you how you are doing: decide for yourself, and use your ' +
  'own tools until the task is done.'

function toExtension({
  name,
  transport,
  command,
  args,
  env,
  url,
  headers,
}: AgentMcpServer): Readonly<Record<string, unknown>> {
  if (transport === 'stdio') return { type: 'stdio', name, cmd: command, args, ...unlessEmpty({ envs: env }) }
  if (transport === 'streamable-http') return { type: 'streamable_http', name, uri: url, ...unlessEmpty({ headers }) }
  throw new AppError('invalid-input', `goose no longer speaks MCP by ${transport}, which server "${name}" wants`, {
    details: { hint: 'give the server transport = "streamable-http" or "stdio"' },
  })
}

/** Its configuration: the tools that Harbor lets it have. Model and provider come by variables. */
export function toConfig(): string {
  const part = (name: string, display_name: string, more: Readonly<Record<string, unknown>>): unknown => ({
    bundled: true,
    display_name,
    enabled: true,
    name,
    ...more,
  })
  const extensions = {
    developer: part('developer', 'Developer', { timeout: 300, type: 'builtin' }),
    todo: part('todo', 'Todo', { type: 'platform' }),
    summon: part('summon', 'Summon', { type: 'platform' }),
  }
  return JSON.stringify({ extensions }, null, 2)
}

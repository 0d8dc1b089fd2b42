import { createCssVariablesTheme, createHighlighterCore } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'

export const LANGUAGES = ['json', 'shellscript', 'python', 'toml', 'yaml', 'diff', 'docker', 'xml'] as const
export type Language = (typeof LANGUAGES)[number]

export interface CodeToken {
  readonly content: string
  readonly color: string | undefined
}

/** This file is loaded when first needed, and its grammars one by one. */
const highlighter = createHighlighterCore({
  themes: [createCssVariablesTheme({ name: 'roles', variablePrefix: '--code-' })],
  langs: [],
  engine: createJavaScriptRegexEngine({ forgiving: true }),
})

/** Lines of coloured tokens. Colours are CSS variables, so that they follow the theme. */
export async function highlight(text: string, language: Language): Promise<readonly (readonly CodeToken[])[]> {
  const shared = await highlighter
  if (!shared.getLoadedLanguages().includes(language)) await shared.loadLanguage(await GRAMMARS[language]())
  const { tokens } = shared.codeToTokens(text, { lang: language, theme: 'roles' })
  return tokens.map((line) => line.map(({ content, color }) => ({ content, color })))
}

const GRAMMARS = {
  json: async () => (await import('shiki/langs/json.mjs')).default,
  shellscript: async () => (await import('shiki/langs/shellscript.mjs')).default,
  python: async () => (await import('shiki/langs/python.mjs')).default,
  toml: async () => (await import('shiki/langs/toml.mjs')).default,
  yaml: async () => (await import('shiki/langs/yaml.mjs')).default,
  diff: async () => (await import('shiki/langs/diff.mjs')).default,
  docker: async () => (await import('shiki/langs/docker.mjs')).default,
  xml: async () => (await import('shiki/langs/xml.mjs')).default,
}

/*
 * A server for tests that speaks the wire formats of the model vendors on 127.0.0.1: real HTTP, SSE and WebSocket. One
 * scripted scenario serves all of them, every request is checked, and answers fail to arrive as the script wants it.
 *
 *   POST /v1/messages, /v1/messages/count_tokens          Anthropic Messages
 *   POST /v1/responses, WebSocket on the same path        OpenAI Responses
 *   POST /v1/chat/completions                             OpenAI Chat Completions
 *   POST /v1beta/models/<m>:generateContent, :stream…     Google Gemini
 *   GET  /v1/models, /v1beta/models; GET and HEAD /
 *
 * How the real CLIs reach it, KEY being any text and URL that of the server:
 *
 *   claude    ANTHROPIC_API_KEY=KEY ANTHROPIC_BASE_URL=URL; as root also IS_SANDBOX=1.
 *             CLAUDE_CODE_MAX_RETRIES=1 makes an error final after half a second instead of minutes.
 *   codex     CODEX_HOME with config.toml `openai_base_url = "URL/v1"` and auth.json `{"OPENAI_API_KEY": "KEY"}`.
 *             It talks over the WebSocket; where that is refused it tries for 5 s before it falls back to HTTP. 404, 429
 *             and 503 are final at once; 401 is tried for 13 s, 500 for longer.
 *   gemini    GEMINI_API_KEY=KEY GOOGLE_GEMINI_BASE_URL=URL, and ~/.gemini/settings.json with
 *             `{"security": {"auth": {"selectedType": "gemini-api-key"}}}`: the base URL alone would choose a login that
 *             cannot be had without a screen. --skip-trust (or GEMINI_CLI_TRUST_WORKSPACE=true), --yolo. Its setting
 *             `general.maxAttempts` 1 makes an error final at once.
 *   qwen      OPENAI_API_KEY=KEY OPENAI_BASE_URL=URL/v1 OPENAI_MODEL=any, --yolo. `model.generationConfig.maxRetries` 0.
 *   opencode  ~/.config/opencode/opencode.json with a provider of npm `@ai-sdk/openai-compatible` and its
 *             `options.baseURL` URL/v1 (Chat Completions), or `provider.openai.options.baseURL` (Responses). It asks for a
 *             title first (a background request), tries 429 again for 80 s unless the answer's `retry-after-ms` is short,
 *             and is killed where it has but 512 MB of memory.
 *
 * Background requests are those that offer no tools: titles, topics, summaries, next speakers. They get a short text, or
 * the smallest JSON of the schema that they ask for, and take no turn of the script. Agents that never offer tools (aider,
 * text-based ones) need `isBackground: () => false`.
 */

export { always, script } from './scenario.ts'
export type * from './types.ts'
export { useModelServers } from './use.ts'

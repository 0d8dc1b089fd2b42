/** The real CLIs that tests install, from their registry's own client. Raise one here, and nowhere else. */
export const CLI_VERSIONS = {
  'claude-code': { package: '@anthropic-ai/claude-code', version: '2.1.330', program: 'claude' },
  codex: { package: '@openai/codex', version: '0.169.0', program: 'codex' },
  'gemini-cli': { package: '@google/gemini-cli', version: '0.61.0', program: 'gemini' },
  opencode: { package: 'opencode-ai', version: '1.18.33', program: 'opencode' },
  'qwen-coder': { package: '@qwen-code/qwen-code', version: '0.24.4', program: 'qwen' },
  // The newest whose dependencies can be had: 1.x and 0.99 ask for versions of others that the registry does not have.
  pi: { package: '@earendil-works/pi-coding-agent', version: '0.87.1', program: 'pi' },
  /** Speaks the Agent Client Protocol. */
  'claude-acp': { package: '@agentclientprotocol/claude-agent-acp', version: '0.100.0', program: 'claude-agent-acp' },
} as const satisfies Readonly<
  Record<string, { readonly package: string; readonly version: string; readonly program: string }>
>

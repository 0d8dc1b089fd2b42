import { AppError } from '../../contract/errors.ts'

/** Variables of providers that programs commonly read. */
export const KNOWN_SECRETS: Readonly<Record<string, string>> = {
  ANTHROPIC_API_KEY: 'Anthropic',
  OPENAI_API_KEY: 'OpenAI',
  GEMINI_API_KEY: 'Google Gemini',
  OPENROUTER_API_KEY: 'OpenRouter',
  MISTRAL_API_KEY: 'Mistral',
  DEEPSEEK_API_KEY: 'DeepSeek',
  XAI_API_KEY: 'xAI',
  GROQ_API_KEY: 'Groq',
  HF_TOKEN: 'Hugging Face',
}

/** Longer ones are no keys. */
const MAX_LENGTH = 16_384

/** Variables that decide how programs of this machine run; a "key" of such a name would be a trap. */
const RESERVED =
  /^(?:PATH|HOME|USER|SHELL|IFS|ENV|BASH_ENV|NODE_OPTIONS|DOCKER_.*|CONTAINER_HOST|LD_.*|DYLD_.*|TBCC_.*)$/

/** Code: invalid-input; neither message holds any part of the value. */
export function requireSecret(name: string, value: string): void {
  requireSecretName(name)
  if (value.trim() === '' || value.length > MAX_LENGTH || /[\0\r\n]/.test(value)) {
    throw new AppError('invalid-input', `the value for ${name} is no key: one line of at most ${MAX_LENGTH} characters`)
  }
}

export function requireSecretName(name: string): void {
  if (!/^[A-Z][A-Z0-9_]{0,99}$/.test(name)) {
    // What was typed here by mistake may be the key itself.
    throw new AppError('invalid-input', 'that is not the name of a key', {
      details: { hint: 'names are variables in capitals, e.g. ANTHROPIC_API_KEY' },
    })
  }
  if (RESERVED.test(name)) throw new AppError('invalid-input', `${name} is a variable of the system, not of a key`)
}

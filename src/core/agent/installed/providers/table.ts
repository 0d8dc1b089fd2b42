/** Names of variables. */
export interface ProviderVariables {
  /** Of keys, the first that is set counts. */
  readonly keys: readonly string[]
  readonly urls: readonly string[]
  readonly others: readonly string[]
  /** It can be asked without a key. */
  readonly keyless?: true
}

const AWS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION', 'AWS_BEARER_TOKEN_BEDROCK', 'AWS_PROFILE']

const by = (keys: string, urls = '', others: readonly string[] = []): ProviderVariables => ({
  keys: words(keys),
  urls: words(urls),
  others,
})

/** Harbor's providers. */
export const PROVIDERS: Readonly<Record<string, ProviderVariables>> = {
  ai21: by('AI21_API_KEY'),
  aleph_alpha: by('ALEPH_ALPHA_API_KEY'),
  'amazon-bedrock': by('AWS_ACCESS_KEY_ID', '', AWS),
  anthropic: by('ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'),
  anyscale: by('ANYSCALE_API_KEY'),
  azure: by('AZURE_API_KEY', 'AZURE_BASE_URL AZURE_API_BASE', ['AZURE_API_VERSION', 'AZURE_RESOURCE_NAME']),
  baseten: by('BASETEN_API_KEY'),
  cerebras: by('CEREBRAS_API_KEY'),
  cloudflare: by('CLOUDFLARE_API_KEY'),
  codestral: by('CODESTRAL_API_KEY'),
  cohere: by('COHERE_API_KEY'),
  dashscope: by('DASHSCOPE_API_KEY'),
  databricks: by('DATABRICKS_TOKEN', 'DATABRICKS_HOST'),
  datarobot: by('DATAROBOT_API_TOKEN'),
  deepinfra: by('DEEPINFRA_API_KEY'),
  deepseek: by('DEEPSEEK_API_KEY', 'DEEPSEEK_BASE_URL'),
  doubao: by('DOUBAO_API_KEY', 'DOUBAO_BASE_URL'),
  featherless_ai: by('FEATHERLESS_AI_API_KEY'),
  fireworks_ai: by('FIREWORKS_AI_API_KEY'),
  'github-copilot': by('GITHUB_TOKEN'),
  google: by('GOOGLE_API_KEY GEMINI_API_KEY GOOGLE_GENERATIVE_AI_API_KEY', 'GOOGLE_BASE_URL', [
    'GOOGLE_APPLICATION_CREDENTIALS',
    'GOOGLE_CLOUD_PROJECT',
    'GOOGLE_CLOUD_LOCATION',
    'GOOGLE_GENAI_USE_VERTEXAI',
  ]),
  groq: by('GROQ_API_KEY', 'GROQ_BASE_URL'),
  huggingface: by('HF_TOKEN HUGGINGFACE_API_KEY'),
  infinity: by('INFINITY_API_KEY'),
  kimi: by('KIMI_API_KEY MOONSHOT_API_KEY', 'KIMI_BASE_URL'),
  llama: by('LLAMA_API_KEY'),
  minimax: by('MINIMAX_API_KEY', 'MINIMAX_BASE_URL'),
  mistral: by('MISTRAL_API_KEY', 'MISTRAL_BASE_URL'),
  moonshot: by('MOONSHOT_API_KEY'),
  nebius: by('NEBIUS_API_KEY'),
  nlp_cloud: by('NLP_CLOUD_API_KEY'),
  novita: by('NOVITA_API_KEY'),
  nvidia: by('NVIDIA_API_KEY', 'NVIDIA_BASE_URL'),
  nvidia_nim: by('NVIDIA_NIM_API_KEY'),
  ollama: { ...by('OLLAMA_API_KEY', 'OLLAMA_BASE_URL OLLAMA_API_BASE'), keyless: true },
  openai: by('OPENAI_API_KEY', 'OPENAI_BASE_URL OPENAI_API_BASE'),
  'openai-responses': by('OPENAI_API_KEY', 'OPENAI_BASE_URL OPENAI_API_BASE'),
  opencode: { ...by('OPENCODE_API_KEY'), keyless: true },
  openrouter: by('OPENROUTER_API_KEY', 'OPENROUTER_BASE_URL'),
  ovhcloud: by('OVHCLOUD_API_KEY', 'OVHCLOUD_BASE_URL'),
  palm: by('PALM_API_KEY'),
  perplexity: by('PERPLEXITYAI_API_KEY'),
  replicate: by('REPLICATE_API_KEY'),
  sagemaker: by('AWS_ACCESS_KEY_ID', '', AWS),
  tetrate: by('TETRATE_API_KEY', 'TETRATE_HOST'),
  together: by('TOGETHER_API_KEY TOGETHERAI_API_KEY'),
  vercel_ai_gateway: by('VERCEL_AI_GATEWAY_API_KEY'),
  vertex_ai: by('VERTEXAI_PROJECT'),
  volcengine: by('VOLCENGINE_API_KEY'),
  voyage: by('VOYAGE_API_KEY'),
  writer: by('WRITER_API_KEY', 'WRITER_BASE_URL'),
  xai: by('XAI_API_KEY', 'XAI_BASE_URL'),
  zai: by('ZAI_API_KEY'),
}

/** Other names under which models name a provider. */
export const PROVIDER_ALIASES: Readonly<Record<string, string>> = {
  ai21_chat: 'ai21',
  bedrock: 'amazon-bedrock',
  gemini: 'google',
  llamaapi: 'llama',
  litellm_proxy: 'openai',
  openai_responses: 'openai-responses',
  together_ai: 'together',
}

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '')
}

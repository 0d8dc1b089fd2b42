import { realCliSuite } from './real-suite.ts'

realCliSuite('qwen-coder', {
  model: 'qwen3-coder',
  kwargs: { settings: { model: { generationConfig: { maxRetries: 0 } } } },
})

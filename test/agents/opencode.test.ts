import { realCliSuite } from './real-suite.ts'

realCliSuite('opencode', { model: 'gpt-5', outputTokens: 24, stalledSec: 40 })

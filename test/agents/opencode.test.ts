import { realCliSuite } from './real-suite.ts'

realCliSuite('opencode', { model: 'gpt-5' })

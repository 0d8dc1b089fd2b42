import { realCliSuite } from './real-suite.ts'

realCliSuite('codex', { model: 'gpt-5' })

import { realCliSuite } from './real-suite.ts'

realCliSuite('pi', { model: 'gpt-5' })

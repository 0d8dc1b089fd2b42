import { realCliSuite } from './real-suite.ts'

realCliSuite('pi', { model: 'gpt-5', listPriceUsd: 0.001075 })

import { realCliSuite } from './real-suite.ts'

realCliSuite('gemini-cli', {
  model: 'gemini-2.5-pro',
  listPriceUsd: 0.001075,
  kwargs: { settings: { general: { maxAttempts: 1 } } },
  tellsThoughts: false,
  mendsStreams: false,
})

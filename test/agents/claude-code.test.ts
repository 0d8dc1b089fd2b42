import { realCliSuite } from './real-suite.ts'

// Its own address makes it pass the model's name on as it was given.
realCliSuite('claude-code', { model: 'anthropic/claude-sonnet-4-5', impatient: { CLAUDE_CODE_MAX_RETRIES: '1' } })

import { findAgent } from '../../src/core/agent/registry.ts'
import { convertLogs } from '../../src/core/trajectory/convert/convert-logs.ts'
import { createStoredTrial } from '../../src/node/fs/stored-trial.ts'

/* `convert-log.ts AGENT FOLDER`: converts the logs of a trial in a process of its own; prints the tokens that it found. */

const [name = '', folder = ''] = process.argv.slice(2)
const { convert } = findAgent(name)
if (convert === undefined) throw new Error(`the logs of ${name} hold no trajectory`)
const about = { agent: { name, version: null }, model: null, instruction: 'Do it.' }
const totals = await convertLogs(convert, createStoredTrial(folder), about)
console.log(totals?.usage.outputTokens ?? 'nothing')

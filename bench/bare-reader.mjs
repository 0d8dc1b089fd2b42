// Reads and parses the files that a list of tasks comes from, and does nothing else with them.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'

const dataset = process.argv[2] ?? ''
let count = 0
for (const name of readdirSync(dataset).toSorted()) {
  const directory = join(dataset, name)
  const config = parse(readFileSync(join(directory, 'task.toml'), 'utf8'))
  const instruction = readFileSync(join(directory, 'instruction.md'), 'utf8')
  for (const path of readdirSync(directory, { recursive: true })) statSync(join(directory, String(path)))
  count += Object.keys(config).length > 0 && instruction !== '' ? 1 : 0
}
console.log(count)

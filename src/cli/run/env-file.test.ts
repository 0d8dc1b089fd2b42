import { expect, test } from 'vitest'
import { layerEnvironment, parseEnvFile } from './env-file.ts'

test('--env-file goes before the environment, .env.local after it', () => {
  const env = { BOTH: 'shell', SHELL_ONLY: 'shell' }
  const layered = layerEnvironment(env, { local: 'BOTH=local\nLOCAL_ONLY=local', envFile: 'BOTH=file\nFILE_ONLY=file' })
  expect(layered.env).toEqual({ BOTH: 'file', SHELL_ONLY: 'shell', LOCAL_ONLY: 'local', FILE_ONLY: 'file' })
  expect(layered.explicit).toEqual(['BOTH', 'FILE_ONLY'])
  expect(layerEnvironment(env, { local: 'BOTH=local', envFile: null })).toEqual({ env, explicit: [] })
})

test('lines are those of a shell: export, quotes, comments', () => {
  const text = `# comment\nexport A=1\nB="two words" # why\nC='$HOME'\nD=\nE=a=b\n`
  expect(parseEnvFile(text, {}, { fileWins: true })).toEqual({ A: '1', B: 'two words', C: '$HOME', D: '', E: 'a=b' })
})

test('references take what wins in the result', () => {
  const text = 'A=file\nB=${A}/${C:-none}/${D}/${X}'
  const env = { A: 'shell', D: 'shell' }
  expect(parseEnvFile(text, env, { fileWins: true })['B']).toBe('file/none/shell/')
  expect(parseEnvFile(text, env, { fileWins: false })['B']).toBe('shell/none/shell/')
})

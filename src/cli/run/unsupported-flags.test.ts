import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { thrownBy } from '../thrown.testing.ts'
import { parseRun } from './parse-run.testing.ts'

/** The flags of `harbor run` 0.24 that tbcc does not have, by their long names. */
const HARBORS = (
  'diff allow-agent-host resume-trajectory load-trajectory agent-include-logs agent-exclude-logs ' +
  'user-agent user-model uk user-persona-path user-prompt-template-path bridge bridge-prompt-path bk allow-environment-host ' +
  'stream cpus memory override-storage-mb override-gpus override-tpu mounts extra-docker-compose verifier-include-logs ' +
  'verifier-exclude-logs verifier verifier-kwarg task-git-url task-git-commit registry-url repo export-traces export-repo ' +
  'plugin pk upload public share share-user org launch'
).split(' ')

test.each(HARBORS)('--%s is refused by name, with a value and without', (flag) => {
  for (const args of [[`--${flag}`], [`--${flag}`, 'value'], [`--${flag}=value`]]) {
    const error = thrownBy(() => parseRun('-p', 'tasks', ...args))
    expect(error.code).toBe('invalid-input')
    expect(error.message).toBe(`--${flag} is a flag of Harbor's that tbcc does not support yet`)
  }
})

/** Every option of `harbor run` 0.24, by all of its names. */
const ALL = `
  -c --config --diff --print-config --job-name -o --jobs-dir -k --n-attempts --timeout-multiplier
  --agent-timeout-multiplier --verifier-timeout-multiplier --agent-setup-timeout-multiplier
  --environment-build-timeout-multiplier -q --quiet --silent --debug -n --n-concurrent --n-concurrent-agents
  -r --max-retries --retry-include --retry-exclude -a --agent --agent-import-path -m --model --ak --agent-kwarg --effort
  --allow-agent-host --resume-trajectory --load-trajectory --ae --agent-env --agent-include-logs --agent-exclude-logs
  --mcp-config --skill --skills --user-agent --user-model --uk --user-agent-kwarg --user-persona-path
  --user-prompt-template-path --bridge --bridge-prompt-path --bk --bridge-kwarg -e --env --allow-environment-host
  --environment-import-path --force-build --no-force-build --delete --no-delete --stream --no-stream --cpus --memory
  --override-cpus --override-memory-mb --override-storage-mb --override-gpus --override-tpu --mounts --mounts-json
  --extra-docker-compose --ek --environment-kwarg -y --yes --env-file --ve --verifier-env --verifier-include-logs
  --verifier-exclude-logs --verifier --verifier-import-path --verifier-kwarg --disable-verification
  --enable-verification --install-only -p --path --extra-instruction-path --extra-instruction --task-git-url
  --task-git-commit -d --dataset --registry-url --registry-path --repo -t --task -i --include-task-name
  -x --exclude-task-name -l --n-tasks --export-traces --no-export-traces --export-sharegpt --no-export-sharegpt
  --export-episodes --export-push --no-export-push --export-repo --export-instruction-metadata
  --no-export-instruction-metadata --export-verifier-metadata --no-export-verifier-metadata --artifact --plugin
  --pk --plugin-kwarg --upload --launch --dry-run --use-static-ip --credential-mode --one-off-secret --stored-secret
  --no-secrets --registry-secret --public --private --share --share-user --org`
  .trim()
  .split(/\s+/)

test.each(ALL)('%s is known, or refused by name', (flag) => {
  try {
    parseRun(flag)
  } catch (thrown) {
    // One that takes a value is known by what it misses.
    if (thrown instanceof CommanderError) expect(thrown.code).toBe('commander.optionMissingArgument')
    else expect(thrown).toMatchObject({ message: `${flag} is a flag of Harbor's that tbcc does not support yet` })
  }
})

test('a flag that nobody knows is a typing mistake', () => {
  expect(() => parseRun('--n-atempts', '3')).toThrow(/Did you mean --n-attempts/)
})

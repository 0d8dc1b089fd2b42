import { Option, type Command } from 'commander'
import { usageError } from '../errors.ts'

/**
 * Flags of Harbor 0.24's `harbor run` that mean nothing here yet. They are declared, so that nobody takes one for a
 * typing mistake, and refused by name, with or without an argument.
 */
const UNSUPPORTED_FLAGS: readonly string[] = [
  '--diff',
  '--agent-import-path',
  '--allow-agent-host',
  '--resume-trajectory',
  '--load-trajectory',
  '--agent-include-logs',
  '--agent-exclude-logs',
  '--user-agent',
  '--user-model',
  '--uk',
  '--user-agent-kwarg',
  '--user-persona-path',
  '--user-prompt-template-path',
  '--bridge',
  '--bridge-prompt-path',
  '--bk',
  '--bridge-kwarg',
  '--allow-environment-host',
  '--environment-import-path',
  '--stream',
  '--no-stream',
  '--cpus',
  '--memory',
  '--override-storage-mb',
  '--override-gpus',
  '--override-tpu',
  '--mounts',
  '--mounts-json',
  '--extra-docker-compose',
  '--verifier-include-logs',
  '--verifier-exclude-logs',
  '--verifier',
  '--verifier-import-path',
  '--verifier-kwarg',
  '--task-git-url',
  '--task-git-commit',
  '--registry-url',
  '--repo',
  '--export-traces',
  '--no-export-traces',
  '--export-sharegpt',
  '--no-export-sharegpt',
  '--export-episodes',
  '--export-push',
  '--no-export-push',
  '--export-repo',
  '--export-instruction-metadata',
  '--no-export-instruction-metadata',
  '--export-verifier-metadata',
  '--no-export-verifier-metadata',
  '--plugin',
  '--pk',
  '--plugin-kwarg',
  '--upload',
  '--launch',
  '--use-static-ip',
  '--credential-mode',
  '--one-off-secret',
  '--stored-secret',
  '--no-secrets',
  '--registry-secret',
  '--public',
  '--private',
  '--share',
  '--share-user',
  '--org',
]

/** Declares them, hidden from `--help` and from completion. */
export function declareUnsupportedFlags(command: Command): void {
  for (const flag of UNSUPPORTED_FLAGS) {
    // The value may begin with anything but a dash; commander takes it along, so that it is no stray argument.
    const option = new Option(flag.startsWith('--no-') ? flag : `${flag} [value]`).hideHelp()
    command.addOption(option)
    command.on(`option:${flag.replace(/^--(no-)?/, (_, no: string | undefined) => no ?? '')}`, () => {
      throw unsupportedFlagError(flag)
    })
  }
}

function unsupportedFlagError(flag: string): Error {
  return usageError(
    `${flag} is a flag of Harbor's that tbcc does not support yet`,
    'tbcc run --help lists the flags that it has; docs/cli.md compares them with those of Harbor',
  )
}

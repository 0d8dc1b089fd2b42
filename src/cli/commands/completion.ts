import type { Command } from 'commander'
import { toBash } from '../completion/bash.ts'
import { toFish } from '../completion/fish.ts'
import { type CompletionModel, describeProgram } from '../completion/model.ts'
import { toZsh } from '../completion/zsh.ts'
import { EXIT } from '../exit-codes.ts'
import type { Host } from '../host.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

/** `tbcc completion`. */
export function printCompletion(shell: Shell, program: Command, host: Pick<Host, 'stdout'>): number {
  host.stdout.write(SCRIPTS[shell](describeProgram(program)))
  return EXIT.ok
}

const SCRIPTS: Readonly<Record<Shell, (model: CompletionModel) => string>> = { bash: toBash, zsh: toZsh, fish: toFish }

import type { Terminal } from '@xterm/xterm'

/** Empties a terminal, state of escapes included, after all that was written before: its own `reset` overtakes that. */
export function resetInTurn(terminal: Pick<Terminal, 'write'>): void {
  terminal.write('\u001bc')
}

/**
 * What the agent is told: the task's instruction, then extra ones: texts of files first, texts given inline after them.
 */
export function assembleInstruction(
  instruction: string,
  extraFiles: readonly string[],
  extraTexts: readonly string[],
): string {
  return [instruction, ...extraFiles, ...extraTexts].join('\n\n')
}

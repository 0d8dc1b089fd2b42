import { mayBePieceOfEvent, withoutColours } from '../stray.ts'

export interface StrayFilter {
  /** Whether a line that is no event is Codex's own word, and not something of a tool or the model. */
  isOwnWord(text: string): boolean
  /** An event came: what was begun before it is over. */
  event(): void
}

/**
 * Codex writes its journal between its events. What a tool failed of stands there with the tool's own text, over several
 * lines: that says nothing of the run. Half an event says nothing either.
 */
export function createStrayFilter(): StrayFilter {
  let ofTool = false
  return {
    isOwnWord(text) {
      const source = JOURNAL.exec(withoutColours(text))?.[1]
      if (source !== undefined) ofTool = OF_TOOLS.test(source)
      return !ofTool && !mayBePieceOfEvent(text)
    },
    event: () => {
      ofTool = false
    },
  }
}

/** `2026-11-21T12:40:39.798303Z ERROR codex_core::tools::router: …` */
const JOURNAL = /^\d{4}-\d\d-\d\dT[\d:.]+Z\s+[A-Z]+\s+([\w:]+?):?\s/

const OF_TOOLS = /^(codex_core::(tools|exec|unified_exec)|codex_apply_patch|codex_rmcp_client|rmcp)\b/

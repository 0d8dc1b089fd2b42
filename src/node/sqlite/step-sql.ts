/* The very words of the partial indexes over events, without which SQLite would not use them. */

/** Of the index `steps`. */
export const IS_STEP = "type IN ('message.received', 'tool.called', 'command.started', 'error.raised')"

/** Of the index `failures`: how tools and commands ended badly. */
export const FAILED = `type IN ('tool.returned', 'command.finished')
  AND CASE type WHEN 'tool.returned' THEN json ->> '$.isError' = 1 ELSE coalesce(json ->> '$.exitCode', 1) <> 0 END`

/** Of the index `answers`. */
export const IS_ANSWER = "type = 'tool.returned'"

/** The kind of a step, as the screens name it. */
export const KIND = `CASE type
  WHEN 'tool.called' THEN 'tool'
  WHEN 'command.started' THEN 'command'
  WHEN 'error.raised' THEN 'error'
  ELSE CASE json ->> '$.source'
    WHEN 'user' THEN 'user'
    WHEN 'system' THEN 'system'
    ELSE CASE WHEN json ->> '$.text' = '' THEN 'thought' ELSE 'message' END
  END
END`

/** What the start and the end of a step have in common. */
export function callOf(json: string): string {
  return `coalesce(${json} ->> '$.callId', ${json} ->> '$.commandId')`
}

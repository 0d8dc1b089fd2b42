/**
 * How long jobs lay still between their runs, which is filled from the files; commands without an exit code count as
 * failed; answers of tools are found without reading what stands between them.
 */
export const addPauses = {
  version: 3,
  sql: `
    ALTER TABLE jobs ADD COLUMN paused_ms REAL NOT NULL DEFAULT 0;
    DROP INDEX failures;
    CREATE INDEX failures ON events (stream, seq)
      WHERE type IN ('tool.returned', 'command.finished')
        AND CASE type WHEN 'tool.returned' THEN json ->> '$.isError' = 1 ELSE coalesce(json ->> '$.exitCode', 1) <> 0 END;
    CREATE INDEX answers ON events (stream, seq) WHERE type = 'tool.returned';
    DELETE FROM sources;
  `,
} as const

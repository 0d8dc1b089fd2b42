/**
 * What lists filter and count by. The new columns are filled from the files: without their stamps, all jobs are read
 * again with the next refresh.
 */
export const addFacts = {
  version: 2,
  sql: `
    ALTER TABLE trials ADD COLUMN source TEXT;
    ALTER TABLE trials ADD COLUMN difficulty TEXT;
    ALTER TABLE trials ADD COLUMN category TEXT;
    ALTER TABLE trials ADD COLUMN steps INTEGER;
    ALTER TABLE trials ADD COLUMN reason TEXT;
    ALTER TABLE trials ADD COLUMN assisted INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX trials_by_start ON trials (started_at);
    -- Everything that lists filter by, so that values are counted without reading the rows.
    CREATE INDEX trials_by_value ON trials
      (source, backend, agent, model, task_name, state, outcome, blame, exception_type, difficulty, category);
    CREATE INDEX trials_by_task ON trials (task_name, agent, model, started_at);
    -- Steps of a trial, without its output: found by their number in a stream of any length.
    CREATE INDEX steps ON events (stream, seq, type)
      WHERE type IN ('message.received', 'tool.called', 'command.started', 'error.raised');
    -- How tools and commands ended badly.
    CREATE INDEX failures ON events (stream, seq)
      WHERE type IN ('tool.returned', 'command.finished')
        AND (json ->> '$.isError' = 1 OR json ->> '$.exitCode' <> 0);
    DELETE FROM sources;
  `,
} as const

/** The first form of the index. */
export const createIndex = {
  version: 1,
  sql: `
    CREATE TABLE jobs (
      job_name TEXT PRIMARY KEY,
      job_id TEXT NOT NULL,
      started_at TEXT,
      finished_at TEXT,
      total_trials INTEGER NOT NULL,
      state TEXT NOT NULL,
      agents TEXT NOT NULL,
      backend TEXT
    ) WITHOUT ROWID;

    CREATE TABLE trials (
      job_name TEXT NOT NULL,
      trial_name TEXT NOT NULL,
      trial_id TEXT,
      task_name TEXT NOT NULL,
      agent TEXT NOT NULL,
      model TEXT,
      attempt INTEGER,
      backend TEXT,
      state TEXT NOT NULL,
      outcome TEXT,
      blame TEXT,
      reward REAL,
      tests_passed INTEGER,
      tests_total INTEGER,
      exception_type TEXT,
      input_tokens INTEGER,
      cached_tokens INTEGER,
      output_tokens INTEGER,
      cost_usd REAL,
      started_at TEXT,
      finished_at TEXT,
      duration_ms REAL,
      PRIMARY KEY (job_name, trial_name)
    ) WITHOUT ROWID;
    CREATE INDEX trials_by_name ON trials (trial_name);
    CREATE INDEX trials_by_id ON trials (trial_id);

    -- A stream's name stands once, not in each of its events. All events up to known_to are here; the stamp is that of
    -- the stream's file when it was last compared.
    CREATE TABLE streams (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      known_to INTEGER NOT NULL DEFAULT 0,
      stamp TEXT
    );

    CREATE TABLE events (
      stream INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      type TEXT NOT NULL,
      at TEXT NOT NULL,
      json TEXT NOT NULL,
      PRIMARY KEY (stream, seq)
    ) WITHOUT ROWID;

    -- Where the output of a trial stands in its log.
    CREATE TABLE output (
      stream INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      phase TEXT NOT NULL,
      from_byte INTEGER NOT NULL,
      to_byte INTEGER NOT NULL,
      PRIMARY KEY (stream, seq)
    ) WITHOUT ROWID;

    -- The state of a job's documents when its rows were last made from them.
    CREATE TABLE sources (
      job_name TEXT PRIMARY KEY,
      stamp TEXT NOT NULL
    ) WITHOUT ROWID;
  `,
} as const

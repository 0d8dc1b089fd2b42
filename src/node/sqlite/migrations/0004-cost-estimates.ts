/** Whether a trial's cost is by price lists, which is filled from the files. */
export const addCostEstimates = {
  version: 4,
  sql: `
    ALTER TABLE trials ADD COLUMN cost_is_estimate INTEGER NOT NULL DEFAULT 0;
    DELETE FROM sources;
  `,
} as const

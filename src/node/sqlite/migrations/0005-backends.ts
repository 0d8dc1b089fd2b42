/** Trials that never got an image count for their job's backend: all jobs are read again with the next refresh. */
export const addBackends = {
  version: 5,
  sql: 'DELETE FROM sources;',
} as const

/** The phases of a trial, in order. Each moment of a trial belongs to exactly one of them. */
export const PHASES = [
  'queued',
  'environment-setup',
  'agent-setup',
  'agent-execution',
  'collection',
  'verification',
  'teardown',
] as const

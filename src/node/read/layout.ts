/** Names of the files of a jobs folder, as Harbor and we write them. */
export const EVENTS_FILE = 'tbcc.events.jsonl'
export const OUTPUT_FILE = 'tbcc.output.log'
export const RECORD_FILE = 'tbcc.json'
export const STOP_FILE = 'tbcc.stop.json'
export const RESULT_FILE = 'result.json'
export const CONFIG_FILE = 'config.json'
/** Harbor's: what exactly a job or a trial ran. */
export const HARBOR_LOCK_FILE = 'lock.json'
export const CTRF_FILE = 'verifier/ctrf.json'
export const TRAJECTORY_FILE = 'agent/trajectory.json'
/** In a job: held by the engine that runs it. Opened by SQLite alone: any other close of it would let go of the lock. */
export const LOCK_FILE = '.tbcc.lock'
export const OWNER_FILE = '.tbcc.owner.json'
/** In a jobs folder: the index. */
export const INDEX_FILE = '.tbcc.db'

/** Whether a name can be a job or a trial: one part of a path, and none that lists leave out. */
export function isEntryName(name: string): boolean {
  if (name === '' || name.startsWith('.') || Buffer.byteLength(name) > 200) return false
  return !/[/\\\u0000-\u001f\u007f]/.test(name)
}

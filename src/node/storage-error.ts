import { AppError, type ErrorCode } from '../contract/errors.ts'

/**
 * A failure of the file system as an AppError. `doing` completes the sentence "could not …", e.g.
 * `write /jobs/a/result.json`.
 */
export function toStorageError(thrown: unknown, doing: string): AppError {
  if (thrown instanceof AppError) return thrown
  const errno = errnoOf(thrown)
  const [code, why, hint] = REASONS[errno] ?? (['storage-failed', errno || String(thrown), undefined] as const)
  return new AppError(code, `could not ${doing}: ${why}`, {
    cause: thrown,
    details: hint === undefined ? {} : { hint },
  })
}

/** `ENOENT` and the like of a thrown value; empty where it has none. */
export function errnoOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return ''
  return typeof thrown.code === 'string' ? thrown.code : ''
}

/** Whether the operating system refused something, as against a library's own complaint. */
export function isSystemError(thrown: unknown): boolean {
  return thrown instanceof Error && 'errno' in thrown && typeof thrown.errno === 'number'
}

const FULL: Reason = ['storage-full', 'no space is left on the disk', 'free some space, then resume the job']
const DENIED: Reason = ['storage-read-only', 'permission denied', 'choose a jobs folder that you may write, with -o']
const READ_ONLY: Reason = ['storage-read-only', 'the disk is mounted read-only', 'choose another jobs folder with -o']

type Reason = readonly [ErrorCode, string, string | undefined]

const REASONS: Readonly<Record<string, Reason>> = {
  ENOSPC: FULL,
  EDQUOT: ['storage-full', 'the disk quota is used up', 'free some space, then resume the job'],
  EFBIG: ['storage-full', 'the file may not grow any more', 'raise the limit of file sizes, then resume the job'],
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: READ_ONLY,
  ENOENT: ['not-found', 'it does not exist', undefined],
  ENOTDIR: ['not-found', 'a part of its path is a file', undefined],
  ENAMETOOLONG: ['invalid-input', 'the name is too long', undefined],
  ELOOP: ['storage-failed', 'a link stands in its place', undefined],
  EMFILE: [
    'storage-failed',
    'too many files are open',
    'raise the limit of open files (ulimit -n) or run fewer trials at once',
  ],
  EIO: ['storage-failed', 'the disk reported an error', undefined],
}
